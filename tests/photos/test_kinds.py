"""What a file is by its first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.photos.kinds import image_format, kind_of
from tests.photos.containers import ALL
from tests.photos.pictures import jpeg

WMA = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")


@pytest.mark.parametrize(
    ("name", "start", "kind"),
    [
        ("a.jpg", jpeg(), "image"),
        ("renamed.exe", jpeg(), "image"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "image"),
        ("a.bmp", b"BM" + bytes(12) + b"\x28\0\0\0", "image"),
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt ", "audio"),
        ("a.mp3", b"ID3\4\0", "audio"),
        ("b.mp3", b"\xff\xfb\x90\x64", "audio"),
        ("a.aac", b"\xff\xf1\x50\x80", "audio"),
        ("a.m4a", b"\0\0\0\x20ftypM4A \0\0\0\0", "audio"),
        ("a.amr", b"#!AMR\n", "audio"),
        ("a.ogg", b"OggS\0\2", "audio"),
        ("a.wma", WMA, "audio"),
        ("a.wmv", WMA, "video"),
        ("a.mp4", b"\0\0\0\x20ftypisom\0\0\2\0", "video"),
        ("a.avi", b"RIFF\0\0\0\0AVI LIST", "video"),
        ("a.mkv", b"\x1a\x45\xdf\xa3\1\0", "video"),
        ("virus.jpg", b"MZ\x90\0\3\0\0\0", ""),
        ("a.pdf", b"%PDF-1.4", ""),
        ("b.mp3", b"BMW is no bitmap and no sound", ""),
        ("frame.txt", b"\xff\xfb\x90\x64", ""),
        ("empty.jpg", b"", ""),
    ],
)
def test_the_content_decides_and_not_the_name(tmp_path, name, start, kind):
    file = tmp_path / name
    file.write_bytes(start)
    assert kind_of(file) == kind


def test_a_file_that_is_gone_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        kind_of(tmp_path / "gone.jpg")


@pytest.mark.parametrize("name", sorted(ALL))
def test_formats_of_pictures_whatever_their_name(name: str, tmp_path: Path) -> None:
    suffix, data = ALL[name]
    expected = {".jpg": "jpeg", ".tif": "tiff", ".avif": "heic"}.get(suffix, suffix[1:])
    file = tmp_path / "picture.txt"
    file.write_bytes(data)
    assert image_format(file) == expected
    assert image_format(data) == expected


@pytest.mark.parametrize(
    "data",
    [b"", b"II", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypisom", b"GIF89a", b"\xff\xd8"],
)
def test_what_is_no_photo_has_no_format(data: bytes) -> None:
    assert image_format(data) == ""


def test_a_tiff_whose_directory_is_missing_is_still_a_tiff() -> None:
    assert image_format(b"MM\0*\xff\xff\xff\xff") == "tiff"
