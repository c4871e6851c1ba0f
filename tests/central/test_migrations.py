"""An older central database, of either kind, is brought up to date with all it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from jdz_field.central import database as module
from jdz_field.central.database import Database
from jdz_field.central.office import Office
from jdz_field.central.tables import dumps, metadata
from tests.central.cluster import fresh


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A database as the first release made it, with a site."""
    if request.param == "sqlite":
        url = f"sqlite:///{(tmp_path / 'central.gpkg').as_posix()}"
        _at_first(url, monkeypatch)
        yield url
        return
    with fresh(request.getfixturevalue("postgres")) as url:
        _at_first(url, monkeypatch)
        yield url


def _at_first(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = command.upgrade

    def first(config: Config, _revision: str) -> None:
        real(config, "0001")

    with monkeypatch.context() as patch:
        patch.setattr(module.command, "upgrade", first)
        patch.setattr(Database, "_fit", lambda _self: None)
        old = Database(url)
    try:
        with old.write() as connection:
            assert set(inspect(connection).get_table_names()).isdisjoint({"features"})
            state = {
                "name": ["老点", 1, "c"],
                "geometry": ["POINT (117.5 29.5)", 1, "c"],
                "county_code": ["360222", 1, "c"],
                "threatened_people": [600, 1, "c"],
            }
            connection.execute(
                text(
                    "INSERT INTO subjects (id, kind, version, state, county, provisional, deleted,"
                    " updated) VALUES ('s', 'geohazard', 1, :state, '360222', :no, :no, 'then')"
                ),
                {"state": dumps(state), "no": False},
            )
            for name, value in (("epoch", "e"), ("name", "老中心"), ("head", "0")):
                connection.execute(
                    text("INSERT INTO meta (name, value) VALUES (:name, :value)"),
                    {"name": name, "value": value},
                )
    finally:
        old.close()


def test_the_first_database_is_brought_up_to_date_and_shows_its_sites(old_url, tmp_path) -> None:
    with Office(old_url, tmp_path / "files") as office:
        assert (office.name, office.epoch) == ("老中心", "e")
        (site,) = office.sites()
        assert site["name"] == "老点"
        with office.database.read() as connection:
            assert set(metadata.tables) <= set(inspect(connection).get_table_names())
            query = text("SELECT name, threatened_people, danger_grade FROM geohazard")
            assert connection.execute(query).all() == [("老点", 600, "B")]
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            assert found == module.NEWEST


def test_every_column_of_the_code_is_in_the_database(central_url) -> None:
    database = Database(central_url)
    try:
        with database.read() as connection:
            there = inspect(connection)
            for table in metadata.sorted_tables:
                found = {c["name"] for c in there.get_columns(table.name)}
                assert {c.name for c in table.columns} <= found, table.name
    finally:
        database.close()
