"""Batches that come together: one commit, each its own answer, none stands in another's way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select

from jdz_field.central.audit import broken_link
from jdz_field.central.intake import Intake
from jdz_field.central.office import Office
from jdz_field.central.receiving import Forged, OtherContent
from jdz_field.central.tables import changes, versions
from jdz_field.core.clock import utc_now
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

PLACE = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}


@pytest.fixture
def centre(central_url, tmp_path):
    with Office(central_url, tmp_path / "files") as opened:
        yield opened


@pytest.fixture
def commits(centre):
    """How often the database committed."""
    seen = []

    def committed(connection):
        seen.append(connection)

    event.listen(centre.database.engine, "commit", committed)
    yield seen
    event.remove(centre.database.engine, "commit", committed)


def together(office, batches):
    """What became of batches that all wait before the first is taken in."""
    intake = Intake(office.database, utc_now)

    def send(batch):
        try:
            return intake.receive(batch)
        except Exception as error:  # noqa: BLE001 - the answer is what is looked at
            return error

    with ThreadPoolExecutor(len(batches)) as pool:
        with intake._turn:
            waiting = [pool.submit(send, batch) for batch in batches]
            while len(intake._queue) < len(batches):
                pass
        return [one.result(60) for one in waiting]


def ids(office):
    with office.database.read() as connection:
        assert broken_link(connection) is None
        here = sorted(connection.execute(select(changes.c.id)).scalars())
        made = sorted(connection.execute(select(versions.c.change)).scalars())
        places = sorted(connection.execute(select(versions.c.position)).scalars())
    assert places == list(range(1, len(places) + 1))
    return here, made


def new(tablet, count=2):
    return tablet.batch(*(tablet.change(new_id(), name="一", **PLACE) for _n in range(count)))


def test_what_waits_is_committed_at_once(centre, commits) -> None:
    tablets = [Tablet.enrol(centre, name, "field") for name in ("Li", "Wang", "Zhao")]
    sent = [new(t) for t in tablets for _n in range(4)]
    commits.clear()
    got = together(centre, sent)
    assert len(commits) <= 2
    assert [one.batch for one in got] == [b.manifest.batch for b in sent]
    wanted = sorted(c.id for b in sent for c in b.changes)
    assert ids(centre) == (wanted, wanted)


def test_each_gets_its_own_refusal(centre) -> None:
    li, wang = Tablet.enrol(centre), Tablet.enrol(centre, "Wang")
    first = new(li)
    centre.receive(first)
    good, again = new(li), new(wang)
    forged = wang.batch(wang.change(new_id(), name="x"), device=li.enrolment.device)
    unknown = li.batch(li.change(new_id(), name="x"), device=new_id())
    other = new(li)
    other = li.batch(*other.changes, batch_id=first.manifest.batch)
    got = together(centre, [forged, good, unknown, first, other, again])
    assert [type(one).__name__ for one in got] == [
        "Forged", "Received", "BadInput", "Received", "OtherContent", "Received"
    ]  # fmt: skip
    assert isinstance(got[0], Forged)
    assert isinstance(got[2], BadInput)
    assert isinstance(got[4], OtherContent)
    assert [got[1].new, got[3].new, got[5].new] == [True, False, True]
    wanted = sorted(c.id for b in (first, good, again) for c in b.changes)
    assert ids(centre) == (wanted, wanted)


def test_one_that_cannot_be_written_leaves_the_others(centre) -> None:
    """The database itself says no to one of them, after others of the group were written."""
    tablet = Tablet.enrol(centre)
    sent = [new(tablet) for _n in range(5)]
    bad = sent[2].changes[0].id
    with centre.database.write() as connection:
        if centre.database.sqlite:
            connection.exec_driver_sql(
                f"CREATE TRIGGER no_1 BEFORE INSERT ON versions WHEN NEW.change = '{bad}'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        else:
            connection.exec_driver_sql(
                "CREATE FUNCTION say_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NEW.change = '{bad}' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER no_1 BEFORE INSERT ON versions FOR EACH ROW"
                " EXECUTE FUNCTION say_no()"
            )
    got = together(centre, sent)
    assert [hasattr(one, "receipts") for one in got] == [True, True, False, True, True]
    wanted = sorted(c.id for n, b in enumerate(sent) for c in b.changes if n != 2)
    assert ids(centre) == (wanted, wanted)


def test_a_database_that_is_away_tells_all(centre) -> None:
    tablet = Tablet.enrol(centre)
    sent = [new(tablet) for _n in range(3)]
    with centre.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('moved', 'elsewhere')")
    got = together(centre, sent)
    assert all(isinstance(one, Unavailable) for one in got)
    assert len({id(one) for one in got}) == 3
    with centre.database.read() as connection:
        assert not connection.execute(select(changes.c.id)).all()


def test_one_site_in_every_batch_gets_every_change(centre) -> None:
    """As one after the other: the second meets what the first has just made."""
    tablets = [Tablet.enrol(centre, name, "office") for name in ("Li", "Wang", "Zhao")]
    site = new_id()
    centre.receive(tablets[0].batch(tablets[0].change(site, name="一", **PLACE)))
    sent = [t.batch(t.change(site, base_version=1, remarks=f"{n}")) for n, t in enumerate(tablets)]
    got = together(centre, sent)
    told = sorted(str(one.receipts[0].fields["remarks"].outcome) for one in got)
    assert told == ["applied", "conflict", "conflict"]
    (conflict,) = centre.conflicts()
    assert len(conflict["rivals"]) == 2
