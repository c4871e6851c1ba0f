"""Two devices and a centre over a line that breaks anywhere: nothing lost, nothing twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.store.project import Project
from tests.sync.centre import Centre, centre, synced
from tests.sync.places import add_photo, add_site, project, shown
from tests.sync.proxy import Passage, Proxy, proxied

ROUNDS = 40
FREE = ("remarks", "shelter", "escape_route", "village")


@pytest.fixture(autouse=True)
def _own_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@dataclass
class Break:
    """Cuts everything for good once so many bytes went one way; ``None`` before that."""

    at: int
    up: bool
    seen: int = 0

    def __call__(self, passage: Passage, data: bytes) -> bytes | None:
        if self.seen >= self.at:
            return None
        if passage.up is self.up:
            self.seen += len(data)
            if self.seen >= self.at:
                # The last bytes still pass: the centre may have taken what was never answered.
                return data[: len(data) - (self.seen - self.at)]
        return data


@dataclass
class Field:
    """The devices, what they did, and the line between them and the centre."""

    hub: Centre
    proxy: Proxy
    devices: list[Project]
    sites: list[str] = field(default_factory=list)
    photos: set[str] = field(default_factory=set)

    def work(self, chance: random.Random) -> Project:
        """One device adds a site or a photo, or edits what it sees."""
        device = chance.choice(self.devices)
        known = [s for s in self.sites if device.site(s) is not None]
        what = chance.random()
        if not known or what < 0.25:
            self.sites.append(add_site(device, f"点{len(self.sites)}"))
        elif what < 0.5:
            data = chance.randbytes(chance.choice([500, 50_000, 400_000]))
            self.photos.add(add_photo(device, chance.choice(known), data))
        else:
            for _number in range(chance.randint(1, 3)):
                name, value = chance.choice(FREE), f"{chance.randint(0, 5)}"
                device.edit("geohazard", chance.choice(known), {name: value})
        return device

    def finish(self) -> None:
        """Sync everything, settle every conflict, sync everything again."""
        for _round in range(2):
            for device in self.devices:
                synced(device, self.hub.url)
        for _round in range(20):
            conflicts = self.hub.office.conflicts()
            if not conflicts:
                break
            self.hub.office.decide(conflicts[0]["id"], take="incoming", why="演练")
        for device in self.devices:
            synced(device, self.hub.url)

    def judge(self) -> None:
        """Every change once at the centre, every photo, all copies equal, every store sound."""
        one, two = self.devices
        info = self.hub.office.info()
        with self.hub.office.database.read() as connection:
            at_centre = Counter(
                row[0] for row in connection.exec_driver_sql("SELECT id FROM changes")
            )
        made = {c.id for d in self.devices for c in log_of(d)}
        assert set(at_centre) == made
        assert max(at_centre.values()) == 1
        assert info["sites"]["geohazard"] == len(self.sites)
        assert all(self.hub.office.blobs.holds(sha) for sha in self.photos)
        for site in self.sites:
            assert shown(one, site) == shown(two, site)
        for device in self.devices:
            assert device.counts()["unsent"] == 0
            assert device.pending_attachments() == []
            assert device.conflicts() == []
            assert device.check() == []


def log_of(device: Project) -> list[object]:
    """Every change this device ever made, from its sealed batches."""
    from jdz_field.sync.batch import parse_changes

    sealed = [device.batch(row.id) for row in device.batches()]
    assert device.unsent_changes() == []
    return [c for one in sealed if one for c in parse_changes(one.changes)]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Field]:
    with (
        centre(tmp_path / "centre") as hub,
        proxied("127.0.0.1", hub.port) as proxy,
        project(tmp_path / "one", "张三") as one,
        project(tmp_path / "two", "李四") as two,
    ):
        for device in (one, two):
            hub.admit(device)
        yield Field(hub, proxy, [one, two])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(team: Field, seed: int) -> None:
    chance = random.Random(seed)
    broken = 0
    for _round in range(ROUNDS):
        device = team.work(chance)
        size = chance.choice([300, 2_000, 20_000, 300_000])
        team.proxy.fault = Break(chance.randrange(1, size), up=chance.random() < 0.6)
        try:
            synced(device, team.proxy.url, 0.4, good=chance.random() < 0.5)
        except Unavailable:
            broken += 1
        assert device.counts()["unsent"] >= 0
    assert broken > ROUNDS / 3
    team.finish()
    team.judge()


def test_a_break_at_every_step_of_one_sync(team: Field) -> None:
    one, two = team.devices
    team.sites.append(add_site(two))
    synced(two, team.hub.url)
    team.proxy.fault = None
    steps = [*range(1, 1_200, 150), 2_000, 5_000, 30_000, 100_000]
    for up in (True, False):
        for at in steps:
            site = add_site(one, f"{up} {at}")
            team.sites.append(site)
            team.photos.add(add_photo(one, site, random.Random(at).randbytes(60_000)))
            team.proxy.fault = Break(at, up=up)
            with suppress(Unavailable):
                synced(one, team.proxy.url, 0.4)
    team.finish()
    team.judge()
