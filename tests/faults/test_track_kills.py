"""A few kills while a track grows and is sealed; ``tests.faults.track_kills`` runs more."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.operations import tracks, tracks_import
from jdz_field.store.project import Project
from tests.faults import track_kills
from tests.operations.tracks_made import recorded
from tests.store.tools import quick_project


@pytest.mark.parametrize("seed", [1])
def test_what_was_told_kept_is_kept(tmp_path: Path, seed: int) -> None:
    found = track_kills.run(5, seed, tmp_path)
    assert found.lost == []
    assert found.kills == 5
    assert found.reports > 20


def test_a_loss_would_be_noticed(tmp_path: Path) -> None:
    """The watcher itself."""
    quick_project(tmp_path / "p").close()
    found = track_kills.Found()
    with Project.open(tmp_path / "p") as project:
        entry = tracks.seal(project, recorded(project.path))
    assert entry is not None
    track_kills._look(tmp_path / "p", {entry.id: 10}, found)
    assert found.lost == []
    track_kills._look(tmp_path / "p", {entry.id: 10_000, "gone": 1}, found)
    assert len(found.lost) == 2


@pytest.mark.parametrize("step", ["keep", "add", "unlink"])
def test_stopped_between_any_two_steps_of_sealing(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is stored, but not entered; entered, but the growing file still there."""
    quick_project(tmp_path / "p").close()
    path = recorded(tmp_path / "p")

    class Stop(BaseException):
        """As a kill: nothing catches it."""

    def stop(*_given: object, **_named: object) -> None:
        raise Stop

    with Project.open(tmp_path / "p") as project, monkeypatch.context() as patch:
        if step == "keep":
            patch.setattr(tracks_import, "keep", stop)
        elif step == "add":
            patch.setattr(project, "add_track", stop)
        else:
            patch.setattr(Path, "unlink", stop)
        with pytest.raises(Stop):
            tracks.seal(project, path)
    with Project.open(tmp_path / "p") as project:
        tracks.recover(project, None, project.now())
        assert len(project.tracks()) == 1
        assert tracks.read_entry(project, project.tracks()[0]).points > 20
        assert project.check() == []
        assert not path.exists()
