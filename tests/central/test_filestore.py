"""Stores of attachments: a folder, memory, and an S3 server of another maker."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import httpx
import pytest
from obstore.store import MemoryStore

from jdz_field.central.filestore import (
    DiskStore,
    ObjectStore,
    is_object_store,
    local_folder,
    open_store,
)
from jdz_field.central.office import Office
from jdz_field.core.errors import BadUsage, Unavailable
from tests.central.tablet import Tablet

#: An S3 server of another maker: ``pip install 'moto[s3,server]'``; too large for every run.
MOTO = find_spec("moto") is not None and find_spec("flask") is not None
DATA = os.urandom(1000) * 9_000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """The address of an S3 server (moto) with the bucket ``jdz``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-p", str(port)]
    url = f"http://127.0.0.1:{port}"
    with (tmp_path_factory.mktemp("s3") / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 60
            while time.monotonic() < end:
                try:
                    httpx.put(f"{url}/jdz", trust_env=False)
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            yield url
        finally:
            server.kill()
            server.wait()


@pytest.fixture
def on_s3(s3, monkeypatch):
    """The environment that an office with ``s3://`` has."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    return "s3://jdz/attachments"


@pytest.fixture(params=["disk", "memory", *(["s3"] if MOTO else [])])
def store(request, tmp_path):
    if request.param == "disk":
        return DiskStore(tmp_path / "files")
    if request.param == "memory":
        return ObjectStore(MemoryStore(), "memory")
    return open_store(request.getfixturevalue("on_s3"), tmp_path)


def test_every_store_keeps_reads_lists_and_deletes(store, tmp_path):
    assert store.size(SHA) is None
    before = list(store.files())
    draft = tmp_path / "draft"
    draft.write_bytes(DATA)
    store.put(SHA, draft)
    assert not draft.exists()
    assert store.size(SHA) == len(DATA)
    assert b"".join(store.read(SHA)) == DATA
    assert b"".join(store.read(SHA, 8_500_000)) == DATA[8_500_000:]
    assert b"".join(store.read(SHA, 10, 20)) == DATA[10:20]
    assert b"".join(store.read(SHA, 5, 5)) == b""
    assert set(store.files()) - set(before) == {(SHA, len(DATA))}
    store.delete(SHA)
    store.delete(SHA)
    assert store.size(SHA) is None
    with pytest.raises(FileNotFoundError):
        list(store.read(SHA))
    assert store.shown


@pytest.mark.parametrize("kind", ["memory", *(["s3"] if MOTO else [])])
def test_a_centre_with_its_files_elsewhere_takes_and_gives(kind, request, tmp_path, monkeypatch):
    monkeypatch.setenv("JDZ_CENTRAL_LOCAL", str(tmp_path / "local"))
    place = "s3://jdz/attachments" if kind == "memory" else request.getfixturevalue("on_s3")
    if kind == "memory":
        memory = ObjectStore(MemoryStore(), "memory")
        monkeypatch.setattr("jdz_field.central.office.open_store", lambda *_place: memory)
    with Office(None, place) as office:
        caller = office.caller(Tablet.enrol(office).enrolment.token)
        upload = office.blobs.create(caller, SHA, "p.jpg", len(DATA))
        for start in range(0, len(DATA), 4_000_000):
            with office.blobs.append(caller, upload.id, start) as piece:
                piece.write(DATA[start : start + 4_000_000])
            office.blobs.finish_if_complete(caller, upload.id)
        assert office.blobs.size(SHA) == len(DATA)
        assert b"".join(office.blobs.read(SHA, 100, 300)) == DATA[100:300]
        assert office.blobs.md5(SHA) == hashlib.md5(DATA).hexdigest()
        assert list(office.blobs.uploads.iterdir()) == []
        office.blobs.discard(SHA, "Li")
        assert (office.blobs.size(SHA), office.blobs.store.size(SHA)) == (None, None)


def test_a_store_that_does_not_answer_is_unavailable(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-key")
    made = open_store("s3://jdz/x", tmp_path)
    with pytest.raises(Unavailable) as caught:
        made.size(SHA)
    assert "secret-key" not in str(caught.value)


def test_addresses_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("JDZ_CENTRAL_LOCAL", str(tmp_path))
    assert is_object_store("s3://b/p")
    assert is_object_store("s3:/b/p")
    assert not is_object_store(tmp_path)
    assert local_folder("s3://b/p") == tmp_path
    assert local_folder(tmp_path / "x") == tmp_path / "x"
    with pytest.raises(BadUsage):
        open_store("s3://", tmp_path)
