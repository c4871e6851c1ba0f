"""Hostile and damaged batches over HTTP and by file: one sentence, nothing half written, no 5xx."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from jdz_field.central.limits import check_batch
from jdz_field.central.office import Office
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.cli.root import run
from jdz_field.core.changes import Change
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import canonical_json
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import AttachmentRef, Batch, encode
from jdz_field.sync.batch_file import write_jdzb
from jdz_field.sync.container import VOLUME_BYTES, Part, write_container
from tests.central.hostile import fingerprint, hostile_changes
from tests.central.tablet import Tablet, open_office

_QUICK = settings(
    max_examples=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Centre:
    """A centre that listens, one device of it, and what it is when nothing was taken in."""

    def __init__(self, office: Office, folder: Path, url: str) -> None:
        self.office = office
        self.folder = folder
        self.url = url
        self.tablet = Tablet.enrol(office)
        self.known = [new_id() for _i in range(4)]
        place = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}
        made = [self.tablet.change(one, name="一", **place) for one in self.known[:2]]
        made.append(self.tablet.change(self.known[2], "record", site=self.known[0], answers={}))
        office.receive(self.tablet.batch(*made))
        headers = {"Authorization": f"Bearer {self.tablet.enrolment.token}"}
        self.call = httpx.Client(base_url=url, headers=headers, timeout=60)

    def put(self, body: bytes, batch: str, **headers: str) -> httpx.Response:
        return self.call.put(f"/v1/batches/{batch}", content=body, headers=headers)

    def refuses(self, body: bytes, batch: str, **headers: str) -> None:
        """It says no in one sentence, and nothing is otherwise than before."""
        before = fingerprint(self.office)
        answer = self.put(body, batch, **headers)
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json()["detail"]
        assert "\n" not in answer.json()["detail"]
        assert fingerprint(self.office) == before

    def refuses_file(self, path: Path) -> str:
        """The same for a file from a stick."""
        before = fingerprint(self.office)
        with pytest.raises(JdzError) as said:
            self.office.receive_file(path, None)
        assert "\n" not in str(said.value)
        assert fingerprint(self.office) == before
        return str(said.value)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("centre")
    with (
        open_office(folder) as office,
        start_in_thread(create_app(None, office.files, office=office)) as server,
    ):
        made = Centre(office, folder, server.url)
        with made.call:
            yield made


def compact(batch: Batch) -> bytes:
    return canonical_json(batch.to_json()).encode()


def damages(size: int) -> st.SearchStrategy[Any]:
    """Where and how something of this size is damaged."""
    places = st.integers(0, size - 1)
    return st.tuples(st.sampled_from(["flip", "cut", "drop", "double", "insert"]), places,
                     st.integers(1, 255))  # fmt: skip


def damaged(data: bytes, how: tuple[str, int, int]) -> bytes:
    kind, at, byte = how
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ byte]) + data[at + 1 :]
    if kind == "cut":
        return data[:at]
    if kind == "drop":
        return data[:at] + data[at + 1 :]
    if kind == "double":
        return data[:at] + data[max(0, at - byte) :]
    return data[:at] + bytes([byte]) + data[at:]


def same_json(one: bytes, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except (ValueError, RecursionError):
        return False


# ---- over HTTP


def test_damage_at_any_byte_of_a_batch_is_refused_and_writes_nothing(centre):
    batch = centre.tablet.batch(centre.tablet.change(new_id(), name="瑶里"), files=(b"photo",))
    body, name = compact(batch), batch.manifest.batch

    @seed(1)
    @_QUICK
    @given(damages(len(body)))
    def check(how):
        hurt = damaged(body, how)
        if not same_json(hurt, body):
            centre.refuses(hurt, name)

    check()
    assert centre.put(body, name).status_code == 200


def test_damage_at_any_byte_of_a_compressed_batch_is_refused_and_writes_nothing(centre):
    batch = centre.tablet.batch(centre.tablet.change(new_id(), name="瑶里"))
    body, name = gzip.compress(compact(batch), mtime=0), batch.manifest.batch

    @seed(2)
    @_QUICK
    @given(damages(len(body)))
    def check(how):
        hurt = damaged(body, how)
        # The ten bytes of the head hold a time and a system that nobody reads.
        if how[1] >= 10 and hurt != body:
            centre.refuses(hurt, name, **{"Content-Encoding": "gzip"})

    check()
    assert centre.put(body, name, **{"Content-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"author": "somebody"}, {"sequence": 99}, {"device_epoch": "e2"}, {"previous": None},
        {"created": "1970"}, {"changes": 2}, {"changes_sha256": "0" * 64}, {"attachments": []},
        {"device": "other"}, {"batch": "other"},
    ],
)  # fmt: skip
def test_a_manifest_that_was_tampered_with_is_refused(centre, more):
    batch = centre.tablet.batch(centre.tablet.change(new_id(), name="x"), files=(b"y",))
    data = batch.to_json()
    data["manifest"] |= more
    centre.refuses(canonical_json(data).encode(), more.get("batch", batch.manifest.batch))


def test_another_devices_signature_is_refused(centre):
    thief = Tablet.enrol(centre.office, "Wang")
    forged = thief.batch(
        thief.change(new_id(), name="x"), device=centre.tablet.enrolment.device, author="Li"
    )
    centre.refuses(compact(forged), forged.manifest.batch)
    strange = replace(forged, manifest=replace(forged.manifest, device=new_id()))
    centre.refuses(compact(strange), forged.manifest.batch)


def test_a_replayed_batch_gets_its_first_answer_and_changes_nothing(centre):
    batch = centre.tablet.batch(centre.tablet.change(new_id(), name="瑶里"))
    first = centre.put(compact(batch), batch.manifest.batch).json()
    before = fingerprint(centre.office)
    courier = Tablet.enrol(centre.office, "Zhao", "field").enrolment.token
    for token in (centre.tablet.enrolment.token, courier):
        again = centre.put(
            compact(batch), batch.manifest.batch, Authorization=f"Bearer {token}"
        ).json()
        assert again["receipts"] == first["receipts"]
    assert fingerprint(centre.office) == before


def test_changes_replayed_in_another_batch_are_known_and_altered_ones_refused(centre):
    change = centre.tablet.change(new_id(), name="瑶里")
    first = centre.tablet.batch(change)
    told = centre.put(compact(first), first.manifest.batch).json()["receipts"]
    again = centre.tablet.batch(change)
    assert centre.put(compact(again), again.manifest.batch).json()["receipts"] == told
    altered = centre.tablet.batch(replace(change, fields={"name": (None, "别处")}))
    receipts = centre.put(compact(altered), altered.manifest.batch).json()["receipts"]
    assert {f["outcome"] for f in receipts[0]["fields"].values()} == {"rejected"}
    assert centre.office.history(change.subject)[-1].fields == {"name": "瑶里"}


@pytest.mark.parametrize(
    "name", ["../x.jpg", "..", "a/b", "C:\\x", "/etc/passwd", "a\0b", "x" * 300, "", "con\n"]
)
def test_attachments_with_names_that_lead_elsewhere_are_refused(centre, name):
    batch = centre.tablet.batch(
        centre.tablet.change(new_id(), name="x"), attachments=[AttachmentRef("a" * 64, 1, name)]
    )
    centre.refuses(compact(batch), batch.manifest.batch)
    path = centre.folder / "named.jdzb"
    write_jdzb(path, [batch], {}, centre.office.keys.recipient)
    centre.refuses_file(path)


def test_more_than_a_batch_holds_is_refused(centre):
    batch = centre.tablet.batch(centre.tablet.change(new_id(), name="x"))
    data = batch.to_json()
    many = "".join(
        canonical_json(centre.tablet.change(new_id(), name="x").to_json()) + "\n"
        for _i in range(5_001)
    )
    data["manifest"] |= {
        "changes": 5_001,
        "changes_sha256": hashlib.sha256(many.encode()).hexdigest(),
    }
    centre.refuses(canonical_json(data | {"changes": many}).encode(), batch.manifest.batch)
    refs = [{"sha256": f"{n:064x}", "size": 1, "filename": "x"} for n in range(20_001)]
    data = batch.to_json()
    data["manifest"] |= {"attachments": refs}
    centre.refuses(canonical_json(data).encode(), batch.manifest.batch)


# ---- what a device signs and no program of ours writes


@pytest.fixture
def any_centre(central_url, tmp_path):
    with (
        Office(central_url, tmp_path / "files") as office,
        start_in_thread(create_app(None, office.files, office=office)) as server,
    ):
        made = Centre(office, tmp_path, server.url)
        with made.call:
            yield made


#: What the office and a device look at afterwards.
_LOOKS = (
    "/v1/changes", "/v1/snapshot", "/v1/conflicts", "/v1/proposals", "/v1/waiting",
    "/v1/quarantine", "/v1/records", "/v1/sites", "/v1/batches", "/v1/info", "/ogc/collections",
    "/ogc/collections/geohazard/items?limit=1000", "/metrics",
)  # fmt: skip


def test_signed_nonsense_is_taken_or_refused_and_everything_can_still_be_read(any_centre):
    centre = any_centre

    @seed(3)
    @settings(_QUICK, max_examples=12)
    @given(
        st.lists(
            hostile_changes(centre.tablet.enrolment.device, centre.known),
            min_size=1,
            max_size=4,
            unique_by=lambda one: one.id,
        )
    )
    def check(made: list[Change]) -> None:
        batch = centre.tablet.batch(*made)
        answer = centre.put(compact(batch), batch.manifest.batch)
        assert answer.status_code in {200, 400}, answer.text
        if answer.status_code == 200:
            assert len(answer.json()["receipts"]) == len(made)

    check()
    for look in _LOOKS:
        answer = centre.call.get(look)
        assert answer.status_code == 200, (look, answer.text)


# ---- by file


@pytest.fixture(scope="module")
def package(centre):
    """A package as a stick brings it, encrypted and not, with a photo."""
    photo = os.urandom(3_000)
    path = centre.folder / "photo.jpg"
    path.write_bytes(photo)
    batches = [
        centre.tablet.batch(centre.tablet.change(new_id(), name="瑶里"), files=(photo,)),
        centre.tablet.batch(centre.tablet.change(new_id(), name="浮梁")),
    ]
    made = {}
    for kind, key in (("plain", None), ("encrypted", centre.office.keys.recipient)):
        file = centre.folder / f"{kind}.jdzb"
        write_jdzb(file, batches, {hashlib.sha256(photo).hexdigest(): path}, key)
        made[kind] = file.read_bytes()
    return made


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_damage_at_any_byte_of_a_package_is_refused_and_writes_nothing(centre, package, kind):
    data = package[kind]
    path = centre.folder / f"hurt-{kind}.jdzb"

    @seed(4)
    @_QUICK
    @given(damages(len(data)))
    def check(how):
        hurt = damaged(data, how)
        if hurt != data:
            path.write_bytes(hurt)
            centre.refuses_file(path)

    check()


def _zip(entries: dict[str, bytes], how: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return out.getvalue()


def _many_lists() -> bytes:
    return b"[" + b"[]," * 4_000_000 + b"[]]"


_ABOUT = canonical_json(
    {"format": 1, "kind": "batches", "device": "d", "epoch": None, "position": 0, "volume": 1,
     "volumes": 1}
).encode()  # fmt: skip
_FORGED = {
    "bomb": lambda: _zip({"package.json": b"0" * (90 << 20)}, zipfile.ZIP_DEFLATED),
    "bomb of bombs": lambda: _zip({f"{n}": b"0" * (1 << 20) for n in range(20)}, zipfile.ZIP_BZIP2),
    "stored by another program": lambda: _zip({"package.json": _ABOUT}, zipfile.ZIP_STORED),
    "up": lambda: _zip({"../../evil": b"x", "package.json": _ABOUT}, zipfile.ZIP_STORED),
    "absolute": lambda: _zip({"/etc/evil": b"x", "package.json": _ABOUT}, zipfile.ZIP_STORED),
    "nothing": lambda: b"",
    "age without end": lambda: b"age-encryption.org/v1\n" + b"-> X25519 " * 400_000,
    "end that points outside": lambda: struct.pack(
        "<4s4H2IH", b"PK\5\6", 0, 0, 9, 9, 414, 1 << 30, 0
    ),
    "zeros": lambda: bytes(1 << 20),
}


@pytest.mark.parametrize("what", _FORGED)
def test_forged_packages_are_refused(centre, what):
    path = centre.folder / "forged.jdzb"
    path.write_bytes(_FORGED[what]())
    centre.refuses_file(path)


_ENTRIES = {
    "a folder that leads up": [("../manifest.json", b"{}")],
    "files of no name": [("files/../../x", b"x")],
    "a file that no manifest names": [("files/" + "a" * 64, b"x")],
    "lists without end": [("manifest.json", _many_lists())],
    "a package that is a list": [("package.json", b"[" * 900 + b"]" * 900)],
    "no changes": [("manifest.json", b"{}")],
}


@pytest.mark.parametrize("what", _ENTRIES)
def test_packages_of_our_own_form_with_foreign_contents_are_refused(centre, what):
    entries = dict([("package.json", _ABOUT), *_ENTRIES[what]])
    path = centre.folder / "foreign.jdzb"
    parts = [Part(name, data) for name, data in entries.items()]
    write_container(path, parts, [centre.office.keys.recipient])
    centre.refuses_file(path)


def test_a_package_larger_than_a_volume_is_not_even_read(centre):
    path = centre.folder / "large.jdzb"
    with path.open("wb") as out:
        out.truncate(VOLUME_BYTES + 1)
    assert "2 GB" in centre.refuses_file(path)
    path.unlink()


def test_a_package_is_refused_by_command_with_one_sentence(centre, package, capsys):
    path = centre.folder / "cut.jdzb"
    path.write_bytes(package["encrypted"][:-7])
    words = ["--lang", "en", "central", "receive", str(path), "--files", str(centre.office.files)]
    before = fingerprint(centre.office)
    assert run(words) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert fingerprint(centre.office) == before


def test_a_package_through_the_offices_window_is_refused_the_same(centre):
    data = b"no package at all"
    sha = hashlib.sha256(data).hexdigest()
    draft = centre.folder / "draft"
    draft.write_bytes(data)
    centre.office.blobs.keep(draft, sha, "x.jdzb", "Li")
    answer = centre.call.post("/v1/by-hand", json={"sha256": sha})
    assert answer.status_code == 400
    assert not centre.office.blobs.holds(sha)
    for wrong in ("../../etc/passwd", "0" * 63, "g" * 64):
        assert centre.call.post("/v1/by-hand", json={"sha256": wrong}).status_code == 422


@pytest.mark.parametrize(
    "path",
    ["/v1/attachments/..%2f..%2fcentral.gpkg", "/v1/attachments/%2e%2e", "/v1/attachments/x"],
)
def test_attachments_are_asked_for_by_their_hash_alone(centre, path):
    assert centre.call.get(path).status_code in {400, 404}


def test_a_package_of_a_forger_among_good_ones_keeps_only_the_good(centre):
    """Each batch is its own transaction: what was taken before the forged one stays."""
    good = centre.tablet.batch(centre.tablet.change(new_id(), name="好"))
    bad = centre.tablet.batch(centre.tablet.change(new_id(), name="坏"))
    bad = replace(bad, signature=bytes(64))
    path = centre.folder / "mixed.jdzb"
    write_jdzb(path, [good, bad], {}, centre.office.keys.recipient)
    with pytest.raises(JdzError):
        centre.office.receive_file(path, None)
    ids = {b["id"] for b in centre.office.batches()}
    assert good.manifest.batch in ids
    assert bad.manifest.batch not in ids


def test_a_signature_of_another_length_is_refused(centre):
    batch = centre.tablet.batch(centre.tablet.change(new_id(), name="x"))
    for wrong in (b"", b"x", bytes(63), bytes(65), bytes(10_000)):
        body = batch.to_json() | {"signature": encode(wrong)}
        centre.refuses(canonical_json(body).encode(), batch.manifest.batch)


@pytest.mark.parametrize("unit", [b"1.5,", b"[],", b'{"a":{}},'])
def test_a_body_that_would_grow_is_refused_in_little_more_memory_than_its_own(centre, unit):
    """All of them in a process of its own: ``python -m tests.central.hostile_memory``."""
    body = bytearray(b'{"manifest":[' + unit * (30_000_000 // len(unit)) + b"1]}")
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            check_batch(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(body)
