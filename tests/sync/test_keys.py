"""The device's secrets: a keyring that answers, else a file of the person's own."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.sync import keys
from jdz_field.sync.keys import DeviceSecret, load_secret, save_secret

SECRET = DeviceSecret(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), "token")


def same(one: DeviceSecret | None, other: DeviceSecret) -> bool:
    return one is not None and one.to_text() == other.to_text()


class Ring(keyring.backend.KeyringBackend):
    """A keyring of ours: keeps, fails, forgets or sleeps, as the test wishes."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.mood = ""
        self.woken = threading.Event()

    def _act(self) -> None:
        if self.mood == "fails":
            raise keyring.errors.KeyringError("no")
        if self.mood == "sleeps":
            self.woken.wait(20)

    def get_password(self, service: str, username: str) -> str | None:
        self._act()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._act()
        if self.mood != "forgets":
            self.kept[service, username] = password


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A keyring that counts as quiet."""
    ring = Ring()
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "")
    monkeypatch.setattr(keys, "_QUIET", (Ring.__module__,))
    monkeypatch.setattr(keys, "_PATIENCE", 0.3)
    yield ring
    ring.woken.set()
    keyring.set_keyring(before)


def file_of(device: str, tmp_path: Path) -> Path:
    return tmp_path / "config" / "devices" / f"{device}.json"


def test_two_devices_on_one_machine_keep_their_own(tmp_path: Path) -> None:
    assert load_secret("one") is None
    other = DeviceSecret(Ed25519PrivateKey.generate(), "other")
    save_secret("one", SECRET)
    save_secret("two", other)
    assert same(load_secret("one"), SECRET)
    assert same(load_secret("two"), other)
    assert sorted(p.name for p in (tmp_path / "config/devices").iterdir()) == [
        "one.json",
        "two.json",
    ]


def test_saving_again_replaces() -> None:
    save_secret("one", SECRET)
    again = DeviceSecret(SECRET.sign_key, "renewed")
    save_secret("one", again)
    assert same(load_secret("one"), again)


@pytest.mark.skipif(sys.platform == "win32", reason="a profile folder there")
def test_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    save_secret("one", SECRET)
    assert file_of("one", tmp_path).stat().st_mode & 0o77 == 0
    assert file_of("one", tmp_path).parent.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"sign_key": "AAAA", "token": ""}'])
def test_a_damaged_file_is_said(tmp_path: Path, text: str) -> None:
    save_secret("one", SECRET)
    file_of("one", tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput):
        load_secret("one")


def test_an_unreadable_file_is_said(tmp_path: Path) -> None:
    file_of("one", tmp_path).mkdir(parents=True)
    with pytest.raises(Unavailable):
        load_secret("one")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file in the way")
    with pytest.raises(Unavailable):
        save_secret("one", SECRET)


def test_an_id_that_climbs_is_our_own_fault() -> None:
    for device in ("", "../x", "a/b"):
        with pytest.raises(ValueError, match="device id"):
            load_secret(device)


def test_a_keyring_that_works_keeps_the_secret_alone(ring: Ring, tmp_path: Path) -> None:
    save_secret("one", SECRET)
    assert same(load_secret("one"), SECRET)
    assert list(ring.kept) == [("jdz-field", "one")]
    assert not file_of("one", tmp_path).exists()


def test_a_secret_moves_from_file_to_keyring(
    ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    save_secret("one", SECRET)
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "")
    assert same(load_secret("one"), SECRET)
    save_secret("one", SECRET)
    assert not file_of("one", tmp_path).exists()


@pytest.mark.parametrize("mood", ["fails", "forgets", "sleeps"])
def test_a_keyring_that_does_not_work_means_file(ring: Ring, tmp_path: Path, mood: str) -> None:
    ring.mood = mood
    start = time.monotonic()
    save_secret("one", SECRET)
    assert file_of("one", tmp_path).exists()
    assert same(load_secret("one"), SECRET)
    assert load_secret("two") is None
    assert time.monotonic() - start < 5


def test_a_keyring_that_may_ask_somebody_is_left_alone(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_QUIET", ("keyring.backends.Windows",))
    save_secret("one", SECRET)
    assert ring.kept == {}


def test_whatever_this_machine_has_answers_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "")
    start = time.monotonic()
    assert load_secret("jdz-field-test-never-kept") is None
    assert time.monotonic() - start < 10


def test_without_the_variable_the_folder_is_the_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JDZ_FIELD_CONFIG")
    assert keys.config_dir().name == "jdz-field"
