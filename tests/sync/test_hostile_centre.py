"""A centre that means harm, or is none: the device says so in one sentence."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from jdz_field.core.errors import JdzError
from jdz_field.core.hashing import sha256
from jdz_field.sync import link
from jdz_field.sync.client import CentralClient
from tests.sync.test_batch import change, sealed
from tests.sync.test_link import Script, reply

_QUICK = settings(
    max_examples=50,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_NUMBERS = st.integers() | st.floats() | st.just(float("inf"))
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_WORDS = (
    "centre", "epoch", "head", "last_sequence", "scope", "batch", "receipts", "missing",
    "signature",
    "type", "position", "more", "last", "kind", "subject", "version", "fields", "change", "device",
    "token", "user", "role", "centre_key", "centre_sign_key", "leave", "detail",
)  # fmt: skip
_TYPES = st.sampled_from(["receipt", "change", "leave", "end", ""])
_OBJECTS = st.dictionaries(st.sampled_from(_WORDS), _VALUES, max_size=12) | st.builds(
    lambda kind, more: {**more, "type": kind},
    _TYPES,
    st.dictionaries(st.sampled_from(_WORDS), _VALUES, max_size=12),
)


@pytest.fixture
def centre() -> Iterator[Script]:
    server = Script([reply(200)])
    yield server
    server.close()


@pytest.fixture
def client(centre: Script) -> Iterator[CentralClient]:
    with CentralClient(centre.url, "token", patience=2.0) as made:
        yield made


def calls(client: CentralClient) -> dict[str, Callable[[], Any]]:
    batch = sealed([change()])
    return {
        "hello": client.hello,
        "batch": lambda: client.put_batch(batch),
        "changes": lambda: client.changes(0),
        "snapshot": lambda: client.snapshot("", 0),
        "forms": client.forms,
        "enrol": lambda: client.enrol("c", "n", "d", "k", "e"),
    }


def said(call: Callable[[], Any]) -> None:
    """It gives something of the right form, or says one sentence."""
    sentence = ""
    try:
        call()
    except JdzError as error:
        sentence = str(error)
    assert "\n" not in sentence


@seed(1)
@_QUICK
@given(st.lists(_OBJECTS | _VALUES, min_size=1, max_size=3), st.integers(0, 5))
def test_any_json_is_read_or_refused_with_one_sentence(centre, client, told, which):
    centre.answers = [reply(200, "\n".join(json.dumps(one) for one in told).encode())]
    said(list(calls(client).values())[which])


@seed(2)
@_QUICK
@given(st.binary(max_size=300), st.sampled_from([200, 204, 206, 400, 404, 409, 416]))
def test_any_bytes_with_any_status_are_refused_with_one_sentence(centre, client, body, status):
    centre.answers = [reply(status, body)]
    for call in calls(client).values():
        said(call)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000, b'{"a":' * 200_000, b'{"head": 1e999, "last_sequence": 1}',
        b'{"centre": "", "epoch": "", "head": 1e999, "last_sequence": 1}',
        b'{"type": "end", "position": 1e999, "more": true, "last": ""}',
        b'{"type": "end", "position": NaN, "more": 1, "last": ""}', b"9" * 10_000,
    ],
)  # fmt: skip
def test_numbers_and_lists_without_end_are_refused(centre, client, body):
    centre.answers = [reply(200, body)]
    for name, call in calls(client).items():
        if name != "forms":
            with pytest.raises(JdzError):
                call()


def test_an_answer_that_unpacks_without_end_is_cut_off(centre, client, monkeypatch):
    monkeypatch.setattr(link, "MAX_ANSWER_BYTES", 1 << 20)
    bomb = gzip.compress(b" " * (30 << 20), 9)
    centre.answers = [reply(200, bomb, "Content-Encoding: gzip")]
    with pytest.raises(JdzError):
        client.changes(0)


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_an_attachment_that_cannot_be_unpacked_is_refused(centre, client, tmp_path, kind):
    centre.answers = [reply(200, b"no " + kind.encode(), f"Content-Encoding: {kind}")]
    with pytest.raises(JdzError):
        client.download("0" * 64, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_an_attachment_that_never_ends_is_given_up_at_its_size(centre, client, tmp_path):
    data = bytes(64 << 20)
    centre.answers = [reply(200, data)]
    written: list[int] = []
    with pytest.raises(JdzError):
        client.download(
            sha256(b"small"), tmp_path / "x", size=5, progress=lambda n, _of: written.append(n)
        )
    assert max(written) <= 4 << 20
    assert list(tmp_path.iterdir()) == []


def test_an_attachment_of_other_bytes_is_not_kept(centre, client, tmp_path):
    centre.answers = [reply(200, b"other")]
    with pytest.raises(JdzError):
        client.download(sha256(b"right"), tmp_path / "x", size=5)
    assert list(tmp_path.iterdir()) == []
