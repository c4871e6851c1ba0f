"""The central database on SQLite and on PostgreSQL: opened, refused, written alone."""

from __future__ import annotations

import pytest

from jdz_field.central.database import Database, get_meta, set_meta
from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.ids import new_id
from tests.central.cluster import beside, execute, fresh
from tests.central.tablet import Tablet


def test_a_batch_is_merged_read_and_repeated(central_url, tmp_path) -> None:
    with Office(central_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        site = new_id()
        change = tablet.change(
            site, name="一\x00", geometry="POINT (117.5 29.5)", county_code="360222"
        )
        batch = tablet.batch(change)
        done = office.receive(batch)
        assert done.new
        assert not office.receive(batch).new
        (shown,) = office.sites()
        assert shown["id"] == site
        assert office.audit_is_whole()
        assert "jdz@" not in office.info()["database"] or "***" not in office.info()["database"]


def test_a_second_opening_finds_everything(central_url, tmp_path) -> None:
    with Office(central_url, tmp_path / "files") as office:
        epoch = office.epoch
    with Office(central_url, tmp_path / "files") as office:
        assert office.epoch == epoch


def test_a_reader_sees_one_moment(central_url, tmp_path) -> None:
    with Office(central_url, tmp_path / "files") as office:
        with office.database.read() as reader:
            before = get_meta(reader, "name")
            with office.database.write() as writer:
                set_meta(writer, "name", "another")
            assert get_meta(reader, "name") == before
        assert office.name == "another"


def test_what_fails_in_the_middle_leaves_nothing(central_url, tmp_path) -> None:
    def half(office: Office) -> None:
        with office.database.write() as connection:
            set_meta(connection, "name", "half")
            raise ZeroDivisionError

    with Office(central_url, tmp_path / "files") as office:
        with pytest.raises(ZeroDivisionError):
            half(office)
        assert office.name != "half"


def test_a_newer_database_is_refused(central_url, tmp_path) -> None:
    older = Database(central_url)
    with older.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    older.close()
    with pytest.raises(BadInput, match=r"更新|newer"):
        Database(central_url)


def test_a_foreign_database_is_left_alone(postgres) -> None:
    with fresh(postgres) as url:
        execute(url, "CREATE TABLE somebodys (id int)")
        with pytest.raises(BadInput):
            Database(url)


def test_a_database_without_postgis_and_without_the_right_says_what_to_run(postgres) -> None:
    with fresh(postgres) as url:
        role = "weak_" + new_id().replace("-", "")[-12:]
        execute(url, f"CREATE ROLE {role} LOGIN")
        try:
            execute(url, f"GRANT ALL ON SCHEMA public TO {role}")
            with pytest.raises(BadInput, match="CREATE EXTENSION postgis"):
                Database(url.replace("jdz@", f"{role}@"))
        finally:
            execute(url, f"DROP OWNED BY {role}")
            execute(url, f"DROP ROLE {role}")


def test_a_server_that_is_not_there_is_unavailable(postgres) -> None:
    with pytest.raises(Unavailable):
        Database(beside(postgres, "nothing_here"))
    with pytest.raises(Unavailable):
        Database("postgresql://jdz:secret@127.0.0.1:1/jdz")


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql+nothing://a/b", "central.gpkg", ""])
def test_other_addresses_are_refused(url) -> None:
    with pytest.raises(BadUsage):
        Database(url)


def test_the_owner_of_a_database_needs_no_more_rights_than_that(postgres, tmp_path) -> None:
    """As the set-up text has it: a superuser makes role, database and extension, then leaves."""
    role = "plain_" + new_id().replace("-", "")[-12:]
    with fresh(postgres) as url:
        execute(url, f"CREATE ROLE {role} LOGIN")
        try:
            name = url.partition("?")[0].rpartition("/")[2]
            execute(url, f"ALTER DATABASE {name} OWNER TO {role}")
            execute(url, "CREATE EXTENSION postgis")
            with Office(url.replace("jdz@", f"{role}@"), tmp_path / "files") as office:
                tablet = Tablet.enrol(office)
                change = tablet.change(
                    new_id(), name="一", geometry="POINT (117.5 29.5)", county_code="360222"
                )
                office.receive(tablet.batch(change))
                assert office.info()["sites"]["geohazard"] == 1
        finally:
            execute(url, f"REASSIGN OWNED BY {role} TO jdz")
            execute(url, f"DROP OWNED BY {role}")
            execute(url, f"DROP ROLE {role}")
