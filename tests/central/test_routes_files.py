"""Attachments down: parts, tags, and who may have them."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

DATA = bytes(range(256)) * 5_000
SHA = hashlib.sha256(DATA).hexdigest()


def keep(office, data, name="照片.jpg"):
    draft = office.blobs.uploads / "draft.part"
    draft.write_bytes(data)
    sha = hashlib.sha256(data).hexdigest()
    office.blobs.keep(draft, sha, name, "Li")
    return sha


@pytest.fixture
def url(office):
    return f"/v1/attachments/{keep(office, DATA)}"


@pytest.mark.parametrize(
    ("wanted", "status", "part", "told"),
    [
        ("bytes=0-0", 206, DATA[:1], "bytes 0-0/1280000"),
        ("bytes=256-511", 206, DATA[256:512], "bytes 256-511/1280000"),
        ("bytes=1279999-", 206, DATA[-1:], "bytes 1279999-1279999/1280000"),
        ("bytes=-10", 206, DATA[-10:], "bytes 1279990-1279999/1280000"),
        ("bytes=-9999999", 200, DATA, None),
        ("bytes=1270000-9999999", 206, DATA[1_270_000:], "bytes 1270000-1279999/1280000"),
        ("bytes=1280000-", 416, None, "bytes */1280000"),
        ("bytes=-0", 416, None, "bytes */1280000"),
        ("bytes=5-3", 200, DATA, None),
        ("bytes=0-1,4-5", 200, DATA, None),
        ("bytes=-", 200, DATA, None),
        ("lines=1-2", 200, DATA, None),
        (f"bytes={'9' * 5000}-", 200, DATA, None),
    ],
)
def test_ranges_are_what_the_standard_says(call, url, wanted, status, part, told):
    answer = call.get(url, headers={"Range": wanted})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == told
    if part is not None:
        assert answer.content == part


def test_whoever_has_it_gets_304(call, url):
    first = call.get(url)
    tag = first.headers["ETag"]
    assert (first.content, tag) == (DATA, f'"{SHA}"')
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = call.get(url, headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
    assert call.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    part = {"Range": "bytes=0-9"}
    assert call.get(url, headers=part | {"If-Range": tag}).status_code == 206
    assert call.get(url, headers=part | {"If-Range": '"other"'}).content == DATA
    head = call.head(url)
    assert (head.headers["Content-Length"], head.content) == (str(len(DATA)), b"")


def test_a_person_reads_the_files_of_what_they_see(office, server, tablet):
    site, other = new_id(), new_id()
    photos = [b"ours", b"theirs", b"unsent"]
    shas = [keep(office, photo) for photo in photos]
    changes = [
        tablet.change(site, name="a", county_code="360222", code="1"),
        tablet.change(other, name="b", county_code="360203", code="2"),
        tablet.change(new_id(), "attachment", sha256=shas[0], filename="a.jpg", site=site),
        tablet.change(new_id(), "attachment", sha256=shas[1], filename="b.jpg", site=other),
    ]
    office.receive(tablet.batch(*changes, files=tuple(photos[:2])))
    office.add_user("Leping", "field", ["360222"])
    scoped = Tablet.enrol(office, "Leping", "field")
    headers = {"Authorization": f"Bearer {scoped.enrolment.token}"}
    found = [
        httpx.get(f"{server.url}/v1/attachments/{sha}", headers=headers).status_code for sha in shas
    ]
    assert found == [200, 404, 404]
    own = scoped.change(new_id(), "attachment", sha256=shas[2], filename="c.jpg")
    office.receive(scoped.batch(own, files=(photos[2],)))
    again = httpx.get(f"{server.url}/v1/attachments/{shas[2]}", headers=headers)
    assert again.content == b"unsent"
    assert httpx.get(f"{server.url}/v1/attachments/{shas[0]}").status_code == 401
