"""Every container tells what exiftool reads in it; spoiled ones name a fault and raise nothing."""

from __future__ import annotations

import io
import json
import random
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import PngImagePlugin

from jdz_field.photos.exif import read_photo
from jdz_field.photos.faults import BROKEN, Fault
from tests.photos.containers import PICTURE, dng, exif_block, pillow, tiff
from tests.photos.pictures import ASCII, HERE, LAT, LON, RATIONAL, block, camera, jpeg, with_exif


def see_through() -> bytes:
    """A WebP picture with an alpha channel."""
    out, image = io.BytesIO(), PICTURE.copy()
    image.putalpha(100)
    image.save(out, "WEBP")
    return out.getvalue()


BASES = {
    "camera.jpg": camera(),
    "camera big.jpg": camera(">"),
    "plain.jpg": jpeg(),
    "plain.png": pillow("PNG"),
    "lossy.webp": pillow("WEBP"),
    "lossless.webp": pillow("WEBP", lossless=True),
    "alpha.webp": see_through(),
    "little.tif": tiff(),
    "big.tif": tiff(">"),
    "packed.tif": tiff(compression="tiff_lzw", times=False),
    "raw.dng": dng(),
    "plain.avif": pillow("AVIF"),
    # HEIC's brand and boxes around an AV1 picture: Pillow does not encode HEVC.
    "brand.heic": pillow("AVIF").replace(b"ftypavif", b"ftypheic"),
}
EARTH = 1e-7


def written(folder: Path, program: str, wanted: list[tuple[str, dict[str, Any]]]) -> list[Path]:
    """Pictures into which exiftool wrote these tags, all of them by one call."""
    files, lines = [], []
    for number, (name, tags) in enumerate(wanted):
        file = folder / f"{number}-{name}"
        file.write_bytes(BASES[name])
        lines += ["-n", "-q", "-overwrite_original"]
        lines += [f"-{tag}={value}" for tag, value in tags.items()]
        lines += [str(file), "-execute"]
        files.append(file)
    arguments = folder / "arguments.txt"
    arguments.write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run([program, "-@", str(arguments)], check=True, capture_output=True)
    return files


def told_by(program: str, files: list[Path]) -> list[dict[str, Any]]:
    """What exiftool says of all files, numbers as numbers."""
    done = subprocess.run(
        [program, "-j", "-n", *map(str, files)], check=True, capture_output=True, encoding="utf-8"
    )
    return list(json.loads(done.stdout))


def some_tags(dice: random.Random, number: int) -> dict[str, Any]:
    lon, lat = dice.uniform(-179.9, 179.9), dice.uniform(-89.9, 89.9)
    moment = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(15 * 365 * 86_400))
    return {
        "ExifByteOrder": dice.choice(("II", "MM")),
        "IFD0:Make": "Canon",
        "IFD0:Model": f"EOS {number}",
        "IFD0:Orientation": number % 8 + 1,
        "ExifIFD:DateTimeOriginal": f"{moment:%Y:%m:%d %H:%M:%S}",
        "ExifIFD:SubSecTimeOriginal": f"{dice.randrange(1000):03}",
        "ExifIFD:OffsetTimeOriginal": dice.choice(("+08:00", "-03:30", "+00:00")),
        "GPS:GPSLatitude": abs(lat),
        "GPS:GPSLatitudeRef": "N" if lat > 0 else "S",
        "GPS:GPSLongitude": abs(lon),
        "GPS:GPSLongitudeRef": "E" if lon > 0 else "W",
        "GPS:GPSAltitude": round(dice.uniform(0, 400), 2),
        "GPS:GPSAltitudeRef": dice.choice((0, 1)),
        "GPS:GPSImgDirection": round(dice.uniform(0, 359), 2),
        "GPS:GPSImgDirectionRef": dice.choice("TM"),
        "GPS:GPSDateStamp": f"{moment:%Y:%m:%d}",
        "GPS:GPSTimeStamp": f"{moment:%H:%M:%S}",
        "GPS:GPSHPositioningError": round(dice.uniform(0.1, 50), 2),
    }


def taken(told: dict[str, Any]) -> datetime:
    """The time as exiftool says it, with its fraction and offset."""
    offset = told["OffsetTimeOriginal"]
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    zone = timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    whole = datetime.fromisoformat(told["DateTimeOriginal"].replace(":", "-", 2))
    fraction = float(f"0.{told['SubSecTimeOriginal']}")
    return whole.replace(tzinfo=zone, microsecond=round(fraction * 1e6))


def test_every_container_says_what_exiftool_says(tmp_path: Path, tool: Any) -> None:
    program, dice = tool("exiftool"), random.Random(1)
    names = [name for name in BASES for _turn in range(8)]
    wanted = [(name, some_tags(dice, number)) for number, name in enumerate(names)]
    files = written(tmp_path, program, wanted)
    rows = told_by(program, files)
    assert len(rows) == len(files)
    for file, row, (_name, tags) in zip(files, rows, wanted, strict=True):
        info = read_photo(file)
        east = 1 if tags["GPS:GPSLongitudeRef"] == "E" else -1
        assert info.faults == (), file.name
        assert info.lon == pytest.approx(east * tags["GPS:GPSLongitude"], abs=EARTH), file.name
        assert info.lon == pytest.approx(row["GPSLongitude"], abs=EARTH), file.name
        assert info.lat == pytest.approx(row["GPSLatitude"], abs=EARTH), file.name
        assert info.gps.altitude == pytest.approx(row["GPSAltitude"], abs=1e-3), file.name
        assert info.gps.direction == pytest.approx(row["GPSImgDirection"], abs=1e-3), file.name
        north = {"T": "true", "M": "magnetic"}[row["GPSImgDirectionRef"]]
        assert info.gps.direction_reference == north, file.name
        assert info.gps.accuracy == pytest.approx(row["GPSHPositioningError"]), file.name
        moment = f"{row['GPSDateStamp']} {row['GPSTimeStamp']}".replace(":", "-", 2)
        assert info.gps.moment == datetime.fromisoformat(f"{moment}+00:00"), file.name
        assert info.taken == taken(row), file.name
        assert info.taken is not None
        assert info.taken.utcoffset() == taken(row).utcoffset(), file.name
        assert (info.make, info.model) == (row["Make"], row["Model"]), file.name
        assert info.orientation == row["Orientation"], file.name
        assert (info.width, info.height) == (row["ImageWidth"], row["ImageHeight"]), file.name


@pytest.mark.parametrize("packed", [False, True])
def test_a_png_with_exif_data_as_text(tmp_path: Path, tool: Any, packed: bool) -> None:
    exif = b"Exif\0\0" + exif_block(">", HERE)
    info = PngImagePlugin.PngInfo()
    text = f"\nexif\n{len(exif):8}\n{exif.hex()}\n"
    info.add_text("Raw profile type exif", text, zip=packed)
    file = tmp_path / "text.png"
    file.write_bytes(pillow("PNG", pnginfo=info))
    (row,) = told_by(tool("exiftool"), [file])
    told = read_photo(file)
    assert told.lon == pytest.approx(LON, abs=EARTH)
    assert told.lat == pytest.approx(LAT, abs=EARTH)
    assert told.lon == pytest.approx(row["GPSLongitude"], abs=EARTH)
    assert told.orientation == row["Orientation"] == 6


def held(kind: str, exif: bytes) -> bytes:
    """A picture of this kind around EXIF data."""
    return with_exif(jpeg(), exif) if kind == "JPEG" else pillow(kind, exif)


NOTHING = [(0, 0), (0, 0), (0, 0)]
ZERO = [(0, 1), (0, 1), (0, 1)]
NO_REFERENCES = {tag: value for tag, value in HERE.items() if tag not in (1, 3)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    ("gps", "fault"),
    [
        ({**HERE, 2: (RATIONAL, NOTHING), 4: (RATIONAL, NOTHING)}, Fault.EMPTY_POSITION),
        ({**HERE, 2: (RATIONAL, ZERO), 4: (RATIONAL, ZERO)}, Fault.NULL_POSITION),
        ({**HERE, 2: (RATIONAL, [(91, 1), (0, 1), (0, 1)])}, Fault.BAD_POSITION),
        (NO_REFERENCES, Fault.NO_REFERENCE),
    ],
    ids=["empty", "null", "beyond the pole", "no references"],
)
def test_a_bad_position_is_named(tmp_path: Path, kind: str, gps: Any, fault: Fault) -> None:
    file = tmp_path / "picture"
    file.write_bytes(held(kind, exif_block(gps=gps)))
    info = read_photo(file)
    assert info.faults == (fault,)
    assert (info.lon is None) == (fault is not Fault.NO_REFERENCE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_clock_at_its_start_is_named(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "picture"
    times = {0x9003: (ASCII, "2000:01:01 00:00:10")}
    file.write_bytes(held(kind, block("<", {0x010F: (ASCII, "Canon")}, times)))
    assert read_photo(file).faults == (Fault.CLOCK_NOT_SET,)


@pytest.mark.parametrize("name", ["plain.jpg", "plain.png", "lossy.webp", "plain.avif"])
def test_cut_anywhere_a_fault_of_the_file_is_named(tmp_path: Path, name: str) -> None:
    data, file = BASES[name], tmp_path / name
    for end in range(0, len(data) - 2, 23):
        file.write_bytes(data[:end])
        assert not BROKEN.isdisjoint(read_photo(file).faults), end


@pytest.mark.parametrize("name", BASES)
def test_wrong_lengths_never_raise(tmp_path: Path, name: str) -> None:
    data, file = BASES[name], tmp_path / name
    for at in range(0, min(len(data) - 4, 600), 3):
        for length in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"):
            file.write_bytes(data[:at] + length + data[at + 4 :])
            assert read_photo(file).to_json()["file"] == str(file)


def test_the_format_is_told_by_content_whatever_the_name(tmp_path: Path) -> None:
    wanted = {"jpg": "jpeg", "tif": "tiff", "avif": "heic"}
    for name, data in BASES.items():
        suffix = name.rpartition(".")[2]
        file = tmp_path / f"{suffix}-{len(name)}.txt"
        file.write_bytes(data)
        assert read_photo(file).to_json()["format"] == wanted.get(suffix, suffix)
    (tmp_path / "none.jpg").write_bytes(b"no picture")
    assert read_photo(tmp_path / "none.jpg").to_json()["format"] is None
    assert read_photo(tmp_path / "missing.jpg").to_json()["format"] is None
