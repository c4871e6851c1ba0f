"""Backups that leave: copies and encrypted ones, opened again; wrong keys and full disks."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.operations import backups
from jdz_field.operations.backups import decrypt, encrypt, encrypted_backup, opened, save_copy
from jdz_field.store.project import Project
from jdz_field.store.rolling import look_into
from tests.store.tools import add_site, quick_project

WORDS = "四个 好记 的词"


@pytest.fixture
def project(tmp_path: Path):
    with quick_project(tmp_path / "p") as made:
        add_site(made)
        yield made


def test_an_encrypted_backup_holds_no_name_in_the_clear_and_restores(
    project: Project, tmp_path: Path
) -> None:
    made = encrypted_backup(project, passphrase=WORDS)
    assert made.name.endswith(".gpkg.age")
    sealed = made.read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert "白石塔".encode() not in sealed
    assert [file.name for file in made.parent.iterdir()] == [made.name]
    with opened(made, passphrase=WORDS) as plain:
        assert look_into(plain).sites["geohazard"] == 1
        Project.restore(plain, tmp_path / "again")
    assert not plain.exists()
    with Project.open(tmp_path / "again") as again:
        assert again.check() == []


def test_any_age_program_opens_what_a_passphrase_closed(project: Project) -> None:
    made = encrypted_backup(project, passphrase=WORDS)
    assert pyrage.passphrase.decrypt(made.read_bytes(), WORDS).startswith(b"SQLite format 3")


def test_a_key_opens_what_was_encrypted_for_it(project: Project) -> None:
    key = pyrage.x25519.Identity.generate()
    made = encrypted_backup(project, recipients=[str(key.to_public())])
    with opened(made, identity=str(key)) as plain:
        assert look_into(plain).name == "示例"


@pytest.mark.parametrize("given", [{"passphrase": "another phrase"}, {"identity": "fresh"}])
def test_the_wrong_passphrase_or_key_opens_nothing(
    project: Project, tmp_path: Path, given: dict[str, str]
) -> None:
    key = pyrage.x25519.Identity.generate()
    if "identity" in given:
        made = encrypted_backup(project, recipients=[str(key.to_public())])
        given = {"identity": str(pyrage.x25519.Identity.generate())}
    else:
        made = encrypted_backup(project, passphrase=WORDS)
    with pytest.raises(BadInput, match="无法用此口令"):
        decrypt(made, tmp_path / "out", **given)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


@pytest.mark.parametrize("cut", [0, 10, 300, -1])
def test_a_cut_file_opens_nothing(project: Project, tmp_path: Path, cut: int) -> None:
    made = encrypted_backup(project, passphrase=WORDS)
    made.write_bytes(made.read_bytes()[:cut])
    with pytest.raises(BadInput), opened(made, passphrase=WORDS):
        pass


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"passphrase": "short"},
        {"passphrase": WORDS, "recipients": ["age1x"]},
        {"recipients": ["age1nonsense"]},
        {"recipients": ["ssh-rsa AAAA"]},
    ],
)
def test_no_good_way_to_encrypt_makes_no_backup(project: Project, given: dict) -> None:
    with pytest.raises(BadUsage):
        encrypted_backup(project, **given)
    assert list((project.path / "backups").iterdir()) == []


def test_an_encrypted_file_without_a_key_is_a_sentence(project: Project) -> None:
    made = encrypted_backup(project, passphrase=WORDS)
    with pytest.raises(BadUsage, match="已加密"), opened(made):
        pass
    with pytest.raises(BadUsage), opened(made, identity="no key"):
        pass


def test_what_is_too_large_for_memory_wants_a_key(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = project.backup("x")
    monkeypatch.setattr(backups, "LARGEST", 1000)
    with pytest.raises(BadInput, match="1 GB"):
        encrypt(plain, tmp_path / "out.age", passphrase=WORDS)
    key = pyrage.x25519.Identity.generate()
    encrypt(plain, tmp_path / "out.age", recipients=[str(key.to_public())])


def test_a_plain_backup_is_given_as_it_is(project: Project) -> None:
    plain = project.backup("x")
    with opened(plain) as same:
        assert same == plain
    assert plain.exists()


def test_a_copy_is_whole_or_not_there(project: Project, tmp_path: Path) -> None:
    plain = project.backup("x")
    assert save_copy(plain, tmp_path / "copy").read_bytes() == plain.read_bytes()
    with pytest.raises(BadInput):
        save_copy(tmp_path / "missing", tmp_path / "copy2")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable):
        save_copy(plain, tmp_path / "file" / "copy3")
    assert not (tmp_path / "copy2").exists()
