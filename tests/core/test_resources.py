"""Data files are found in a checkout as in a wheel."""

from __future__ import annotations

from jdz_field.core import resources
from jdz_field.core.resources import folder, resource


def test_the_catalogue_is_there() -> None:
    assert resource("catalogue", "sites", "geohazard.toml").is_file()
    assert folder("forms").is_dir()


def test_what_lies_inside_the_package_comes_first(tmp_path, monkeypatch) -> None:
    package = tmp_path / "jdz_field"
    (tmp_path / "resources").mkdir()
    package.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert folder("resources") == tmp_path / "resources"
    (package / "resources").mkdir()
    assert folder("resources") == package / "resources"
    assert resource("a", "b") == package / "resources" / "a" / "b"
