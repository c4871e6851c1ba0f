"""Every endpoint that a device or the office's window uses, against a real centre."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.operations.sync import enrol, run_sync
from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient, _page
from jdz_field.sync.link import Answer, Refused
from jdz_field.sync.sealing import identity_of_project, seal_unsent, stored_batch
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_site, project

ROOT = Path(__file__).resolve().parents[2]
SERVER = (
    "import sys; from pathlib import Path; from jdz_field.central.run import serve;"
    "serve(None, sys.argv[1], port=0, tls_cert=Path(sys.argv[2]), tls_key=Path(sys.argv[3]),"
    "announce=lambda url: print(url, flush=True))"
)


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        hub.admit(device)
        yield device


@pytest.fixture
def desk(tmp_path: Path, hub: Centre) -> Iterator[CentralClient]:
    """The office's client."""
    with project(tmp_path / "desk", "主任") as device:
        hub.admit(device, "office")
        with client_of(device, hub.url) as client:
            yield client


def test_hello_says_who_and_how_far(hub: Centre, one: Project) -> None:
    with client_of(one, hub.url) as client:
        first = client.hello(one.device_epoch)
        assert (first.epoch, first.head, first.last_sequence) == (hub.office.epoch, 0, 0)
        add_site(one)
        synced(one, hub.url)
        then = client.hello(one.device_epoch)
        assert (then.head, then.last_sequence) == (1, 1)
        assert client.hello("another epoch").last_sequence == 0


def test_a_batch_twice_gives_the_same_answer(hub: Centre, one: Project) -> None:
    add_site(one)
    identity = identity_of_project(one)
    seal_unsent(one, identity)
    (row,) = one.open_batches()
    batch = stored_batch(row.manifest, row.changes, identity)
    with client_of(one, hub.url) as client:
        assert client.put_batch(batch) == client.put_batch(batch)
    assert len(hub.office.batches()) == 1


def test_the_feed_comes_in_pages(hub: Centre, one: Project) -> None:
    for number in range(5):
        add_site(one, f"{number}")
    synced(one, hub.url)
    with client_of(one, hub.url) as client:
        places = []
        position, more = 0, True
        while more:
            page = client.changes(position, 2)
            assert page.position > position
            position, more = page.position, page.more
            places += [e.position for e in page.entries]
        assert places == sorted(places)
        assert len(places) == 5
        assert client.changes(position).entries == ()


def test_the_office_works_over_the_network(
    hub: Centre, one: Project, desk: CentralClient, tmp_path: Path
) -> None:
    site = add_site(one)
    synced(one, hub.url)
    with project(tmp_path / "two", "李四") as two:
        hub.admit(two)
        synced(two, hub.url)
        two.edit("geohazard", site, {"remarks": "二"})
        one.edit("geohazard", site, {"remarks": "一", "threatened_people": 7, "elevation": 99999})
        synced(two, hub.url)
        synced(one, hub.url)
    (conflict,) = desk.conflicts()
    with pytest.raises(Refused) as caught:
        desk.decide(conflict["id"], take="central", why="", seen_version=999)
    assert caught.value.status == 409
    version = desk.decide(
        conflict["id"], take="incoming", why="核实", seen_version=conflict["seen_version"]
    )
    assert version == 3
    assert desk.conflicts() == []
    (proposal,) = desk.proposals()
    assert desk.settle("proposals", proposal["id"], "approve", "")
    (item,) = desk.quarantine()
    desk.settle("quarantine", item["id"], "reject", "太高")
    assert (desk.quarantine(), desk.waiting(), desk.records()) == ([], [], [])
    assert desk.records("received") == []
    assert desk.forms() == []
    assert len(desk.batches()) == 3
    assert desk.info()["sites"]["geohazard"] == 1
    assert desk.healthy()
    with pytest.raises(Refused):
        desk.review("none", "approved", "")
    with pytest.raises(Refused):
        desk.form_xml("none", "1/2")


def test_a_field_device_may_not_decide(hub: Centre, one: Project) -> None:
    with client_of(one, hub.url) as client:
        for work in (client.conflicts, client.batches, client.info):
            with pytest.raises(Refused) as caught:
                work()
            assert caught.value.status == 403


def test_a_centre_that_is_away_is_not_healthy(hub: Centre) -> None:
    hub.server.stop()
    with CentralClient(hub.url, patience=1.0) as client:
        assert not client.healthy()


def page(*lines: Any, after: int = 0) -> None:
    _page(Answer(200, {}, b"".join(json.dumps(line).encode() + b"\n" for line in lines)), after)


END = {"type": "end", "position": 5, "more": False}


def test_a_page_that_was_cut_or_makes_no_sense_is_none() -> None:
    page(END, after=5)
    wrong: list[list[Any]] = [[], [{"type": "change"}], [END, END], [{**END, "position": "x"}], [5]]
    for lines in wrong:
        with pytest.raises((ValueError, KeyError, TypeError)):
            page(*lines)
    with pytest.raises(ValueError, match="positions"):
        page(END, after=6)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that no authority signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("10.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def test_a_certificate_of_ones_own_is_trusted_when_named_and_only_then(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    files = tmp_path / "centre" / "files"
    with Office(None, files) as office, project(tmp_path / "one", "张三") as device:
        office.add_user("张三", "field")
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(files), str(cert), str(key)],
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("https://")
            code = office.device_code("张三")
            with pytest.raises(Unavailable, match="--certificate"):
                enrol(device, url, code)
            enrol(device, url, code, certificate=cert.read_text())
            add_site(device)
            assert run_sync(device).pushed == 1
            other, _key = certificate(tmp_path)
            with pytest.raises(Unavailable, match="--certificate"):
                enrol(device, url, code, certificate=other.read_text())
        finally:
            process.kill()
            process.wait(30)
            with contextlib.suppress(AttributeError):
                process.stdout.close()  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["{}", "[]", '{"head": 1}', '{"centre": 1, "epoch": 2}'])
def test_an_answer_that_no_centre_gives_is_said(text: str, tmp_path: Path) -> None:
    from tests.sync.test_link import reply, script

    with script(reply(200, text.encode())) as server, CentralClient(server.url) as client:
        with pytest.raises(Unavailable):
            client.hello()
        with pytest.raises(BadInput):
            client.enrol("c", "n", "d", "k", "e")
        with pytest.raises(Unavailable):
            client.changes(0)
        with pytest.raises(Unavailable):
            client.decide("c", take="central", why="", seen_version=1)
