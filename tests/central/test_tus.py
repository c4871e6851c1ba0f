"""Uploads by tus 1.0: tuspy as outside judge, then every way to do it wrong."""

from __future__ import annotations

import base64
import hashlib

import httpx
import pytest
from tusclient.client import TusClient

from jdz_field.central.blobs import MAX_SIZE
from tests.central.tablet import Tablet

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}


def words(**pairs):
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def begin(call, data, sha=None, **headers):
    sha = sha or hashlib.sha256(data).hexdigest()
    given = TUS | {
        "Upload-Length": str(len(data)),
        "Upload-Metadata": words(sha256=sha, filename="照片.jpg"),
    }
    return call.post("/v1/attachments", headers=given | headers)


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
    assert answer.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"
    assert answer.headers["Tus-Max-Size"] == str(MAX_SIZE)


@pytest.mark.parametrize("sha", ["0" * 64, "ABC", "..%2f..%2fcentral.gpkg"])
def test_what_is_not_here_is_not_given(call, sha):
    assert call.get(f"/v1/attachments/{sha}").status_code in {400, 404}
    assert call.head(f"/v1/attachments/{sha}").status_code in {400, 404}
