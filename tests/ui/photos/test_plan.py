"""What becomes of a pile of photos: places by tracks, sites by places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.operations.photos import Belongs, SiteFinder, Timing
from jdz_field.operations.sample_photos import sample_photo, sample_track
from jdz_field.store.queries import MapPoint
from jdz_field.ui.photos import plan
from jdz_field.ui.photos.plan import Pile

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FINDER = SiteFinder(
    [
        MapPoint("near", "geohazard", "01", 117.2001, 29.3001, "C", False, False, "近点"),
        MapPoint("far", "geohazard", "01", 117.2030, 29.3001, "C", False, False, "远点"),
    ]
)


@pytest.fixture
def folder(tmp_path):
    sample_photo(tmp_path / "own.jpg", START, (117.2, 29.3))
    sample_photo(tmp_path / "none.jpg", START + timedelta(seconds=35))
    (tmp_path / "bad.jpg").write_bytes((tmp_path / "own.jpg").read_bytes()[:900])
    (tmp_path / "track.gpx").unlink(missing_ok=True)
    return tmp_path


def pile(folder, site=None):
    return plan.add(Pile(), [folder], FINDER, site)


def of(pile_, name):
    return next(shot for shot in pile_.shots if shot.info.file.name == name)


def test_a_photo_with_its_own_position_goes_to_the_site_beside_it(folder):
    shot = of(pile(folder), "own.jpg")
    assert (shot.source, shot.site) == ("exif", "near")
    assert [near.site for near in shot.near] == ["near", "far"]


def test_a_photo_without_a_position_gets_the_tracks(folder):
    sample_track(folder / "t.gpx", START, 117.2, 29.3)
    made = plan.with_tracks(pile(folder), [folder / "t.gpx"], FINDER, None)
    shot = of(made, "none.jpg")
    assert shot.source == "track"
    assert shot.placed.match.gap_s == pytest.approx(5, abs=0.01)
    assert shot.site == "near"


def test_a_camera_whose_clock_is_wrong_is_put_right(folder):
    sample_track(folder / "t.gpx", START + timedelta(hours=1), 117.2, 29.3)
    made = plan.with_tracks(pile(folder), [folder / "t.gpx"], FINDER, None)
    assert of(made, "none.jpg").position is None
    assert of(made, "none.jpg").placed.problem
    from dataclasses import replace

    timing = Timing(clock_offset=3600)
    made = plan.settled(replace(made, timing=timing), FINDER, None)
    assert of(made, "none.jpg").source == "track"


def test_damaged_photos_stay_out(folder):
    made = pile(folder)
    assert {shot.info.file.name for shot in made.good()} == {"own.jpg", "none.jpg"}


def test_what_a_person_chose_stays_chosen(folder):
    made = plan.choose(pile(folder), [of(pile(folder), "own.jpg").key], None)
    assert of(plan.settled(made, FINDER, None), "own.jpg").site is None


def test_the_site_that_the_page_was_opened_for_takes_all(folder):
    assert {shot.site for shot in pile(folder, "here").shots} == {"here"}


def test_photos_are_added_once_and_can_be_left_out(folder):
    made = plan.add(pile(folder), [folder / "own.jpg"], FINDER, None)
    assert len(made.shots) == 3
    assert len(plan.without(made, [of(made, "own.jpg").key]).shots) == 2
    assert (folder / "own.jpg").exists()


def test_what_is_no_track_is_refused(folder):
    (folder / "x.gpx").write_text("no track")
    with pytest.raises(BadInput):
        plan.with_tracks(pile(folder), [folder / "x.gpx"], FINDER, None)


def test_without_a_receivers_time_the_clock_is_not_guessed(folder):
    assert plan.with_clocks(pile(folder)).clocks == ()


def test_a_pile_is_remembered_and_recalled_without_what_is_gone(folder):
    sample_track(folder / "t.gpx", START, 117.2, 29.3)
    made = plan.with_tracks(pile(folder), [folder / "t.gpx"], FINDER, None)
    made = plan.choose(made, [of(made, "own.jpg").key], "far", "record")
    kept = plan.remembered(made)
    (folder / "bad.jpg").unlink()
    (folder / "none.jpg").rename(folder / "later.jpg")
    now = plan.add(Pile(), [folder / "later.jpg"], FINDER, None)
    again = plan.recalled(kept, now, FINDER)
    assert [shot.title for shot in again.shots] == ["own.jpg", "later.jpg"]
    assert of(again, "own.jpg").belongs == Belongs("record", "far")
    assert of(again, "own.jpg").chosen
    assert len(again.tracks) == 1


def test_what_was_proposed_can_be_had_again(folder):
    made = plan.choose(pile(folder), [of(pile(folder), "own.jpg").key], "far")
    made = plan.proposed_again(made, [of(made, "own.jpg").key])
    assert (of(made, "own.jpg").site, of(made, "own.jpg").chosen) == ("near", False)
