"""``jdz-field central``: every leaf on a real centre."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jdz_field.central.office import Office
from jdz_field.cli.root import run
from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import set_language
from jdz_field.core.ids import new_id
from jdz_field.sync.batch_file import About, write_jdzb
from tests.central.tablet import Tablet

CODE = "360222010001"


@pytest.fixture
def place(tmp_path):
    return ["--files", str(tmp_path / "files"), "--database", url(tmp_path), "--who", "office"]


def url(folder):
    return f"sqlite:///{(folder / 'central.gpkg').as_posix()}"


@pytest.fixture
def office(tmp_path):
    with Office(url(tmp_path), tmp_path / "files") as opened:
        yield opened


@pytest.fixture
def tablet(office):
    return Tablet.enrol(office)


@pytest.fixture
def command(place, capsys):
    """Runs a command with ``--json``; its exit code and document."""

    def call(*words, code=0):
        capsys.readouterr()
        done = run(["central", *words, *place, "--json"])
        out = capsys.readouterr()
        assert done == code, out.err
        assert "Traceback" not in out.err
        return json.loads(out.out) if out.out else out.err

    return call


def site(tablet, subject=None, **fields):
    return tablet.change(subject or new_id(), **({"name": "瑶里滑坡"} | fields))


def test_people_and_devices(command, tmp_path):
    made = command("user", "add", "Li", "--role", "field", "--county", "360222", "--kind", "mine")
    assert made | {"duties": [], "state": "active"} == made
    assert (made["role"], made["counties"], made["kinds"]) == ("field", ["360222"], ["mine"])
    assert [u["name"] for u in command("user", "list")] == ["Li"]
    assert "Li" in command("user", "add", "Li", "--role", "office", code=3)
    command("user", "add", "Wu", "--role", "king", code=2)
    assert len(command("device", "code", "--user", "Li")["code"]) == 11
    out = tmp_path / "tablet.json"
    issued = command("device", "issue", "--user", "Li", "--out", str(out))
    assert json.loads(out.read_text())["device"] == issued["device"]
    if os.name != "nt":
        assert out.stat().st_mode & 0o077 == 0
    assert [d["state"] for d in command("device", "list")] == ["active"]
    command("device", "revoke", issued["device"])
    assert [d["state"] for d in command("device", "list")] == ["revoked"]
    command("device", "revoke", "none", code=3)


def test_a_batch_file_is_received_with_its_receipt(command, office, tablet, tmp_path):
    batch = tablet.batch(site(tablet, code=CODE), site(tablet, threatened_people=-1))
    path, answer = tmp_path / "b.jdzb", tmp_path / "b.jdzr"
    about = About(tablet.enrolment.device, office.epoch, 0)
    write_jdzb(path, [batch], {}, office.keys.recipient, about=about)
    done = command("receive", str(path), "--receipt", str(answer), code=1)
    assert (done["pushed"], done["applied"], done["quarantined"]) == (2, 1, 1)
    assert answer.exists()
    assert command("batches", "list")[0]["changes"] == 2
    (tmp_path / "no.jdzb").write_bytes(b"x")
    command("receive", str(tmp_path / "no.jdzb"), code=3)


def test_a_held_batch_is_released(command, office, tablet):
    office.revoke(tablet.enrolment.device)
    batch = office.receive(tablet.batch(site(tablet))).batch
    assert command("batches", "release", batch) == {"batch": batch, "changes": 1}
    command("batches", "release", batch, code=3)


def conflict(office, one, field, first, second, **base):
    two, subject = Tablet.enrol(office, "Wang"), new_id()
    office.receive(one.batch(site(one, subject, code=CODE, **base)))
    office.receive(one.batch(one.change(subject, base_version=1, **{field: first})))
    office.receive(two.batch(two.change(subject, base_version=1, **{field: second})))
    return subject


def test_conflicts_are_listed_as_the_contract_says_and_decided(command, office, tablet):
    subject = conflict(office, tablet, "town", "a", "b")
    shown = command("conflicts", "list")[0]
    wanted = {"id", "type", "subject", "code", "field", "base", "central", "incoming", "rivals"}
    assert wanted <= shown.keys()
    assert {"value", "author", "device", "change"} <= shown["rivals"][0].keys()
    assert (shown["type"], shown["code"], shown["field"]) == ("field", CODE, "town")
    done = command("conflicts", "decide", shown["id"], "--take", "incoming", "--why", "seen")
    assert done == {"conflict": shown["id"], "version": 3}
    assert command("conflicts", "list") == []
    assert office.history(subject)[-1].author == "office"
    command("conflicts", "decide", shown["id"], "--take", "central", code=3)


@pytest.mark.parametrize(
    ("text", "value", "code"), [("7", 7, 0), ("", None, 0), ("many", 1, 3), ("-5", 1, 3)]
)
def test_a_decision_may_name_another_value(command, office, tablet, text, value, code):
    subject = conflict(office, tablet, "threatened_people", 1, 2)
    shown = command("conflicts", "list")[0]
    command("conflicts", "decide", shown["id"], "--value", text, "--why", "x", code=code)
    with office.database.read():
        found = next(s for s in office.sites() if s["id"] == subject)
    assert found["threatened_people"] == value


def test_a_decision_says_one_thing(command, office, tablet):
    conflict(office, tablet, "elevation", 1, 2)
    shown = command("conflicts", "list")[0]
    command("conflicts", "decide", shown["id"], code=2)
    command("conflicts", "decide", shown["id"], "--take", "base", "--value", "1", code=2)
    command("conflicts", "decide", shown["id"], "--take", "incoming", "--seen", "99", code=3)
    command("conflicts", "decide", "none", "--take", "central", code=3)
    assert command("conflicts", "decide", shown["id"], "--value", "1.5")["version"] == 3


def test_proposals_waiting_and_quarantine(command, office, tablet):
    field, subject = Tablet.enrol(office, "Zhao", "field"), new_id()
    office.receive(tablet.batch(site(tablet, subject, threatened_people=3)))
    for people in (4, 5):
        wish = field.change(subject, threatened_people=people, base_version=1)
        office.receive(field.batch(wish))
    one, two = command("proposals", "list")
    assert command("proposals", "approve", one["id"])["outcome"] == "applied"
    command("proposals", "reject", two["id"], code=2)
    assert command("proposals", "reject", two["id"], "--why", "no")["outcome"] == "rejected"
    command("proposals", "approve", two["id"], code=3)

    office.receive(
        tablet.batch(tablet.change(subject, monitor_phone="x", elevation="y", base_version=1))
    )
    held = {q["field"]: q["id"] for q in command("quarantine", "list")}
    assert command("quarantine", "release", held["monitor_phone"])["outcome"] == "applied"
    command("quarantine", "release", held["elevation"], code=3)
    command("quarantine", "reject", held["elevation"], "--why", "no height")

    for _i in range(2):
        office.receive(tablet.batch(tablet.change(subject, village="z", parent=new_id())))
    one, two = command("waiting", "list")
    assert command("waiting", "release", one["id"])["outcome"] == "applied"
    assert command("waiting", "reject", two["id"], "--why", "lost")["outcome"] == "rejected"
    assert command("waiting", "list") == []


def test_review_sites_and_numbers(command, office, tablet):
    subject, record = new_id(), new_id()
    office.receive(
        tablet.batch(
            site(tablet, subject, code="L-1", provisional=True),
            tablet.change(record, "record", site=subject, form="f", answers={}),
        )
    )
    assert [r["id"] for r in command("review")] == [record]
    assert command("review", record, "--state", "returned", "--comment", "x")["version"] == 2
    assert command("review") == []
    assert len(command("review", "--state", "returned")) == 1
    command("review", record, code=2)
    command("review", record, "--state", "odd", code=2)
    assert len(command("sites", "list", "--provisional")) == 1
    assert command("sites", "number", subject, CODE)["duplicate"] is False
    assert command("sites", "list", "--provisional") == []
    assert command("sites", "list")[0]["code"] == CODE
    command("sites", "number", "none", CODE, code=3)


def test_info_counts_everything(command, office, tablet):
    office.receive(tablet.batch(site(tablet)))
    data = command("info")
    assert data["sites"]["geohazard"] == 1
    counts = "records attachments changes conflicts proposals waiting quarantined"
    assert set(counts.split()) <= data.keys()


def test_backup_and_restore(command, office, tablet, tmp_path):
    office.receive(tablet.batch(site(tablet)))
    folder = tmp_path / "safe"
    assert command("backup", str(folder))["files"] == 0
    command("backup", str(folder), code=2)
    office.close()
    done = command("restore", str(folder))
    assert Path(done["kept"]).exists()
    assert command("info")["epoch"] == done["epoch"]
    command("restore", str(tmp_path / "none"), code=3)


def test_forms_are_published(command, office, tmp_path):
    forms = Path(__file__).resolve().parents[2] / "forms"
    made = command("forms", "publish", str(forms / "geohazard_inspection.xlsx"))
    assert made["form_id"] == "geohazard_inspection"
    assert command("forms", "publish", str(forms / "geohazard_inspection.xlsx"))["new"] is False
    assert command("forms", "list")[0]["version"] == made["version"]
    assert office.form_xml(made["form_id"], made["version"])
    (tmp_path / "x.xml").write_text("no form")
    command("forms", "publish", str(tmp_path / "x.xml"), code=3)
    command("forms", "publish", str(tmp_path / "none.xml"), code=3)


@pytest.mark.parametrize("leaf", ["draw", "export", "progress"])
def test_what_comes_later_says_so(command, leaf):
    command(leaf, "--anything", "x", code=2)


def test_a_centre_that_is_not_there_is_not_made_by_looking(command, tmp_path):
    assert "central.gpkg" in command("info", code=3)
    assert not (tmp_path / "central.gpkg").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_has_words_for_people(language, place, office, tablet, capsys):
    set_language(language)
    field, subject = (
        Tablet.enrol(office, "Zhao", "field"),
        conflict(office, tablet, "town", "a", "b"),
    )
    office.receive(
        field.batch(field.change(subject, threatened_people=5, monitor_phone="x", base_version=1))
    )
    office.receive(tablet.batch(tablet.change(subject, village="z", parent=new_id())))
    for words in (
        "info", "conflicts list", "proposals list", "quarantine list", "waiting list",
        "batches list", "device list", "user list", "sites list", "review", "forms list",
    ):  # fmt: skip
        assert run(["--lang", language, "central", *words.split(), *place]) == 0
        out = capsys.readouterr().out
        assert out.strip(), words


def test_serve_prints_one_line_serves_and_never_loads_qt(tmp_path):
    script = (
        "import sys\n"
        "from jdz_field.cli.root import run\n"
        "import jdz_field.central.run as r\n"
        "old = r._Server.startup\n"
        "async def startup(self, sockets=None):\n"
        "    await old(self, sockets)\n"
        "    print('qt' if 'PySide6' in sys.modules else 'no qt', flush=True)\n"
        "r._Server.startup = startup\n"
        "run(sys.argv[1:])\n"
    )
    words = ["--lang", "en", "central", "serve", "--port", "0", "--files", str(tmp_path / "files")]
    done = subprocess.Popen(
        [sys.executable, "-c", script, *words], stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        line = done.stdout.readline()
        assert line.startswith("The centre listens at http://127.0.0.1:")
        assert done.stdout.readline() == "no qt\n"
        address = line.split()[-1]
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert (tmp_path / "central.gpkg").exists()
    finally:
        done.send_signal(signal.SIGTERM)
        end = time.monotonic() + 20
        while done.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        done.kill()
        done.stdout.close()
        done.wait()


def test_https_by_flags(tmp_path):
    certificate, key = self_signed(tmp_path)
    words = ["--lang", "en", "central", "serve", "--port", "0", "--json"]
    words += ["--tls-cert", str(certificate), "--tls-key", str(key)]
    words += ["--files", str(tmp_path / "files")]
    done = subprocess.Popen(
        [sys.executable, "-m", "jdz_field", *words], stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        address = json.loads(done.stdout.readline())["url"]
        assert address.startswith("https://")
        trusted = ssl.create_default_context(cafile=str(certificate))
        assert httpx.get(f"{address}/healthz", verify=trusted).status_code == 200
        told = httpx.get(f"{address}/metrics", verify=trusted).text
        (ends,) = (x for x in told.splitlines() if x.startswith("jdz_certificate_expires "))
        assert 0 < float(ends.split()[1]) - time.time() < 86_400
        (log,) = (tmp_path / "files-logs").glob("*.jsonl")
        first = json.loads(log.read_text("utf-8").splitlines()[0])
        assert (first["event"], first["level"], first["days"]) == ("certificate ends", "warning", 0)
    finally:
        done.kill()
        done.stdout.close()
        done.wait()


def self_signed(folder):
    """A certificate for 127.0.0.1 and its key, as files."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, None)
    )
    paths = folder / "c.pem", folder / "k.pem"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def test_a_port_that_is_taken_is_exit_code_4(tmp_path, capsys):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ["central", "serve", "--port", port, "--files", str(tmp_path / "files")]
        assert run(words) == 4
    assert port in capsys.readouterr().err
