"""Peak memory of a served process while bombs come in: ``python -m tests.central.hostile_memory``.

Prints one line for each bomb; 1 when the process grew by more than ``--most`` MB. Linux alone.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx

from jdz_field.core.ids import new_id
from jdz_field.sync.batch import encode, sign_manifest
from tests.central.tablet import Tablet, open_office
from tests.central.test_shutdown import served

_MIB = 1 << 20


def megabytes(pid: int, what: str) -> int:
    """``VmHWM`` (peak) or ``VmRSS`` (now) of a process."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith(what):
            return int(line.split()[1]) >> 10
    raise ValueError(what)


def signed(tablet: Tablet, jsonl: bytes) -> tuple[str, bytes]:
    """A batch whose signature is right and whose changes are these bytes."""
    made = tablet.batch(tablet.change(new_id(), name="x"))
    manifest = replace(made.manifest, changes_sha256=hashlib.sha256(jsonl).hexdigest())
    body = {
        "manifest": manifest.to_json(),
        "changes": jsonl.decode(),
        "signature": encode(sign_manifest(manifest, tablet.key)),
    }
    return manifest.batch, json.dumps(body).encode()


def bombs(tablet: Tablet) -> Iterator[tuple[str, str, bytes, bool]]:
    """What it is, the batch it says it is, its body, whether that is compressed."""
    yield "zeros, compressed", "x", gzip.compress(b"0" * (900 * _MIB), 9), True
    yield (
        "spaces, compressed",
        "x",
        gzip.compress(bytes(range(256)) * 4096 + b" " * (150 * _MIB)),
        True,
    )
    yield "lists", "x", b'{"manifest":[' + b"[]," * (30 * _MIB) + b"[]]}", False
    yield "numbers", "x", b'{"manifest":[' + b"1.5," * (23 * _MIB) + b"1]}", False
    for name, changes in (
        ("depth in a change", b'{"a":' + b"[" * (50 * _MIB) + b"\n"),
        ("lists in a change", b"[" + b"[]," * (15 * _MIB) + b"1]\n"),
        ("numbers in a change", b'{"a":[' + b"1," * (30 * _MIB) + b"1]}\n"),
        ("a text", b'{"a":"' + b"x" * (63 * _MIB) + b'"}\n'),
    ):
        batch, body = signed(tablet, changes)
        yield name, batch, body, False


def main() -> int:
    """All bombs, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=450)
    most = parser.parse_args().most
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_office(folder) as office:
            tablet = Tablet.enrol(office)
        headers = {"Authorization": f"Bearer {tablet.enrolment.token}"}
        with (
            served(folder / "files") as server,
            httpx.Client(base_url=server.url, headers=headers, timeout=300) as client,
        ):
            pid = server.process.pid
            client.get("/v1/info")
            start = megabytes(pid, "VmHWM")
            for what, batch, body, squeezed in bombs(tablet):
                began = time.monotonic()
                given = {"Content-Encoding": "gzip"} if squeezed else {}
                answer = client.put(f"/v1/batches/{batch}", content=body, headers=given)
                seconds, peak = time.monotonic() - began, megabytes(pid, "VmHWM") - start
                print(f"{what}: {answer.status_code}, {seconds:.1f} s, peak {start} + {peak} MB")
                if not 400 <= answer.status_code < 500 or peak > most:
                    return 1
            return 0 if client.get("/healthz").status_code == 200 else 1


if __name__ == "__main__":
    raise SystemExit(main())
