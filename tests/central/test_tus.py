"""Uploads by tus 1.0: tuspy as outside judge, then every way to do it wrong."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import pytest
from tusclient.client import TusClient

from jdz_field.central.blobs import MAX_SIZE, upload_life
from jdz_field.central.tables import uploads
from jdz_field.core.errors import BadUsage
from tests.central.tablet import Tablet, open_office

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}


def words(**pairs):
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def begin(call, data, sha=None, content=None, **headers):
    sha = sha or hashlib.sha256(data).hexdigest()
    given = TUS | {
        "Upload-Length": str(len(data)),
        "Upload-Metadata": words(sha256=sha, filename="照片.jpg"),
    }
    return call.post("/v1/attachments", headers=given | headers, content=content)


def piece(call, place, offset, data, **headers):
    return call.patch(place, content=data, headers=PATCH | {"Upload-Offset": str(offset)} | headers)


def test_tuspy_uploads_in_pieces(server, tablet, call, office, tmp_path):
    data = bytes(range(256)) * 5_000
    sha = hashlib.sha256(data).hexdigest()
    path = tmp_path / "p.jpg"
    path.write_bytes(data)
    client = TusClient(f"{server.url}/v1/attachments")
    client.set_headers({"Authorization": f"Bearer {tablet.enrolment.token}"})
    metadata = {"sha256": sha, "filename": "p.jpg"}
    with path.open("rb") as stream:
        first = client.uploader(file_stream=stream, chunk_size=300_000, metadata=metadata)
        first.upload_chunk()
        assert not office.blobs.holds(sha)
        again = client.uploader(
            file_stream=stream, chunk_size=300_000, metadata=metadata, url=first.url
        )
        assert again.offset == 300_000
        again.upload()
    assert office.blobs.path(sha).read_bytes() == data
    got = call.get(f"/v1/attachments/{sha}", headers={"Range": "bytes=256-511"})
    assert (got.status_code, got.content) == (206, data[256:512])
    assert call.get(f"/v1/attachments/{sha}").content == data
    head = call.head(f"/v1/attachments/{sha}")
    assert head.headers["Content-Length"] == str(len(data))


def test_a_wrong_hash_is_460_and_leaves_nothing(call, office):
    place = begin(call, b"right", sha=hashlib.sha256(b"wrong").hexdigest()).headers["Location"]
    assert piece(call, place, 0, b"right").status_code == 460
    assert call.head(place, headers=TUS).status_code == 404
    assert list((office.files / "uploads").iterdir()) == []


def test_a_known_attachment_is_complete_at_once(call):
    place = begin(call, b"photo").headers["Location"]
    assert piece(call, place, 0, b"photo").status_code == 204
    again = begin(call, b"photo")
    assert again.status_code == 201
    state = call.head(again.headers["Location"], headers=TUS)
    assert state.headers["Upload-Offset"] == state.headers["Upload-Length"] == "5"
    assert piece(call, again.headers["Location"], 5, b"").status_code == 204


def whole(call, data, content=None, **headers):
    """One request that begins an upload and brings ``content``, by default all of it."""
    given = {"Content-Type": "application/offset+octet-stream"} | headers
    return begin(call, data, content=data if content is None else content, **given)


def test_a_file_comes_whole_with_its_creation(call, office):
    data = os.urandom(3_000_000)
    answer = whole(call, data)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "3000000")
    assert office.blobs.path(hashlib.sha256(data).hexdigest()).read_bytes() == data
    state = call.head(answer.headers["Location"], headers=TUS)
    assert state.headers["Upload-Offset"] == state.headers["Upload-Length"] == "3000000"
    again = whole(call, data)
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "3000000")


def test_a_first_piece_comes_with_the_creation_and_the_rest_later(call, office):
    answer = whole(call, b"0123456789", b"0123")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "4")
    rest = piece(call, answer.headers["Location"], 4, b"456789")
    assert (rest.status_code, rest.headers["Upload-Offset"]) == (204, "10")
    assert office.blobs.holds(hashlib.sha256(b"0123456789").hexdigest())


def test_what_comes_wrong_with_its_creation_never_began(call, office):
    right = hashlib.sha256(b"right").digest()
    wrong = base64.b64encode(hashlib.sha256(b"wrong").digest()).decode()
    for answer, status in (
        (whole(call, b"right", b"wrong"), 460),
        (whole(call, b"right", b"rig", **{"Upload-Checksum": f"sha256 {wrong}"}), 460),
        (whole(call, b"right", b"right and more"), 413),
        (whole(call, b"right", iter([b"right", b" and more"])), 413),
        (whole(call, b"right", **{"Upload-Checksum": "sha256 ***"}), 400),
    ):
        assert answer.status_code == status
    assert not office.blobs.holds(right.hex())
    assert list((office.files / "uploads").iterdir()) == []
    with office.database.read() as connection:
        assert connection.execute(uploads.select()).all() == []


def test_bytes_of_another_type_are_no_piece(call, office):
    answer = whole(call, b"right", **{"Content-Type": "text/plain"})
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
    assert not office.blobs.holds(hashlib.sha256(b"right").hexdigest())


def test_a_line_that_breaks_in_the_creation_leaves_nothing(server, tablet, office):
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port)) as line:
        sha = hashlib.sha256(b"right").hexdigest()
        head = {
            "Authorization": f"Bearer {tablet.enrolment.token}",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": "2000000",
            "Upload-Metadata": words(sha256=sha, filename="a.jpg"),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": "2000000",
            "Host": "centre",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        line.sendall(f"POST /v1/attachments HTTP/1.1\r\n{lines}\r\n".encode() + bytes(1 << 20))
        begun = time.monotonic()
        while not list((office.files / "uploads").glob("*.part")):
            assert time.monotonic() - begun < 20
            time.sleep(0.01)
    while list((office.files / "uploads").iterdir()):
        assert time.monotonic() - begun < 40
        time.sleep(0.01)
    with office.database.read() as connection:
        assert connection.execute(uploads.select()).all() == []


def test_an_empty_file_is_a_file(call, office):
    assert begin(call, b"").status_code == 201
    assert office.blobs.holds(hashlib.sha256(b"").hexdigest())


def test_pieces_go_where_the_upload_ends_and_no_further(call):
    place = begin(call, b"0123456789").headers["Location"]
    assert piece(call, place, 0, b"0123").headers["Upload-Offset"] == "4"
    assert piece(call, place, 0, b"0123").status_code == 409
    assert piece(call, place, 4, b"4567890").status_code == 413
    assert piece(call, place, 4, b"4", **{"Content-Type": "text/plain"}).status_code == 415
    assert piece(call, place, 4, b"4", **{"Tus-Resumable": "0.2"}).status_code == 412
    assert piece(call, place, 4, iter([b"456", b"789"])).status_code == 204


def test_a_stream_longer_than_it_said_is_cut_off(call):
    place = begin(call, b"0123456789").headers["Location"]
    assert piece(call, place, 0, iter([b"01234", b"56789", b"0"])).status_code == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Metadata": words(sha256="../../etc/passwd")}, 400),
        ({"Upload-Metadata": "sha256 ***"}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Length": "-1"}, 422),
        ({"Upload-Length": str(MAX_SIZE + 1)}, 413),
        ({"Tus-Resumable": "0.1"}, 412),
    ],
)
def test_an_upload_that_makes_no_sense_is_refused(call, headers, status):
    assert begin(call, b"x", **headers).status_code == status


def test_an_upload_can_be_forgotten(call, office):
    place = begin(call, b"x").headers["Location"]
    assert call.delete(place, headers=TUS).status_code == 204
    assert call.head(place, headers=TUS).status_code == 404
    assert call.delete(place, headers=TUS).status_code == 404
    for method in ("HEAD", "PATCH", "DELETE"):
        assert call.request(method, place, headers=TUS | {"Tus-Resumable": "9"}).status_code in {
            412, 422,
        }  # fmt: skip
    assert office.info()["attachments"] == 0


def test_another_devices_upload_is_none_of_ours(call, office, server):
    place = begin(call, b"x").headers["Location"]
    other = Tablet.enrol(office, "Wang")
    headers = TUS | {"Authorization": f"Bearer {other.enrolment.token}"}
    assert httpx.head(server.url + place, headers=headers).status_code == 404


def test_the_server_says_what_it_can(server):
    answer = httpx.options(f"{server.url}/v1/attachments")
    assert answer.status_code == 204
    told = answer.headers["Tus-Extension"].split(",")
    assert told == ["creation", "creation-with-upload", "checksum", "expiration", "termination"]
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
    assert answer.headers["Tus-Max-Size"] == str(MAX_SIZE)


@pytest.mark.parametrize("sha", ["0" * 64, "ABC", "..%2f..%2fcentral.gpkg"])
def test_what_is_not_here_is_not_given(call, sha):
    assert call.get(f"/v1/attachments/{sha}").status_code in {400, 404}
    assert call.head(f"/v1/attachments/{sha}").status_code in {400, 404}


# ---- checksums, expiry, many processes


def checksum(data, name="sha1"):
    digest = base64.b64encode(hashlib.new(name, data).digest()).decode()
    return {"Upload-Checksum": f"{name} {digest}"}


def test_a_piece_that_does_not_match_its_checksum_leaves_nothing(call, office):
    place = begin(call, b"0123456789").headers["Location"]
    assert piece(call, place, 0, b"0123", **checksum(b"0123")).status_code == 204
    damaged = piece(call, place, 4, b"45X7", **checksum(b"4567", "sha256"))
    assert (damaged.status_code, bool(damaged.json()["detail"])) == (460, True)
    assert call.head(place, headers=TUS).headers["Upload-Offset"] == "4"
    assert piece(call, place, 4, b"456789", **checksum(b"456789", "md5")).status_code == 204
    assert office.blobs.holds(hashlib.sha256(b"0123456789").hexdigest())


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1", "sha1 ***", "nonsense"])
def test_a_checksum_that_cannot_be_read_is_400(call, header):
    place = begin(call, b"0123").headers["Location"]
    assert piece(call, place, 0, b"0123", **{"Upload-Checksum": header}).status_code == 400
    assert call.head(place, headers=TUS).headers["Upload-Offset"] == "0"


def age(office, place, days):
    part = office.blobs.uploads / f"{place.rpartition('/')[2]}.part"
    then = time.time() - days * 86_400
    os.utime(part, (then, then))
    with office.database.write() as connection:
        connection.execute(uploads.update().values(created="2000-01-01T00:00:00.000Z"))


def test_an_upload_that_nobody_goes_on_with_expires(call, office):
    answer = begin(call, b"0123456789")
    place = answer.headers["Location"]
    until = parsedate_to_datetime(answer.headers["Upload-Expires"])
    assert timedelta(days=13) < until - datetime.now(UTC) <= timedelta(days=14)
    piece(call, place, 0, b"0123")
    age(office, place, 13)
    assert office.blobs.forget_old() == 0
    age(office, place, 15)
    assert office.blobs.forget_old() == 1
    assert call.head(place, headers=TUS).status_code == 404
    assert list(office.blobs.uploads.iterdir()) == []


def test_an_upload_that_a_batch_waits_for_never_expires(call, office, tablet):
    data = b"0123456789"
    office.receive(tablet.batch(files=(data,)))
    place = begin(call, data).headers["Location"]
    piece(call, place, 0, b"0123")
    age(office, place, 400)
    assert office.blobs.forget_old() == 0
    assert piece(call, place, 4, data[4:]).status_code == 204
    assert office.blobs.holds(hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("text", ["x", "0", "-1", "nan", "1e9"])
def test_a_lifetime_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("JDZ_UPLOAD_DAYS", text)
    with pytest.raises(BadUsage):
        upload_life()


def test_two_processes_never_write_to_one_upload(call, office):
    place = begin(call, b"0123456789").headers["Location"]
    lock = office.blobs.uploads / f"{place.rpartition('/')[2]}.lock"
    script = (
        "import sys, pathlib\n"
        "from jdz_field.central.filelock import locked\n"
        "with locked(pathlib.Path(sys.argv[1])) as ours:\n"
        "    print(ours, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(lock)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == "True\n"
        busy = piece(call, place, 0, b"0123")
        assert (busy.status_code, "Retry-After" in busy.headers) == (423, True)
        other.kill()
        other.wait()
    # A process that was killed holds nothing any more.
    assert piece(call, place, 0, b"0123456789").status_code == 204


def test_a_server_that_was_killed_goes_on_where_it_was(tmp_path):
    data = bytes(range(256)) * 2_000
    with open_office(tmp_path) as office:
        tablet = Tablet.enrol(office)
    client = {"Authorization": f"Bearer {tablet.enrolment.token}"}
    place, offset = "", 0
    for _round in range(2):
        command = [sys.executable, "-m", "jdz_field", "central", "serve", "--port", "0"]
        command += ["--files", str(tmp_path / "files"), "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
            url = re.search(r"http://[\d.:]+", serving.stdout.readline())[0]
            with httpx.Client(base_url=url, headers=client, trust_env=False) as call:
                place = place or begin(call, data).headers["Location"]
                state = call.head(place, headers=TUS)
                assert state.headers["Upload-Offset"] == str(offset)
                end = offset + 300_000
                assert piece(call, place, offset, data[offset:end]).status_code == 204
                offset = min(end, len(data))
            serving.kill()
    with open_office(tmp_path) as office:
        assert office.blobs.path(hashlib.sha256(data).hexdigest()).read_bytes() == data
