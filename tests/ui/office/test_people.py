"""The office enters people, gives codes, and cuts a stolen tablet off by one touch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton

from jdz_field.central import accounts, audit, lockouts
from jdz_field.central.accounts import NotAllowed
from jdz_field.ui.office.main import open_office
from jdz_field.ui.office.people import _SECURITY_ROW, PeoplePage
from jdz_field.ui.office.security import wait_words
from jdz_field.ui.office.window import OfficeWindow
from tests.central.tablet import Tablet
from tests.ui.office.centre import Centre

Rest = Callable[[OfficeWindow], None]


@pytest.fixture
def window(at: Centre, rest: Rest) -> Iterator[OfficeWindow]:
    """The window of an administrator with every duty."""
    made = open_office(at.url, Tablet.enrol(at.office, "主任", "admin").enrolment.token)
    rest(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def page(at: Centre, window: OfficeWindow, rest: Rest) -> PeoplePage:
    window.show_page("people")
    window.show()
    rest(window)
    found = window.pages["people"]
    assert isinstance(found, PeoplePage)
    return found


def click(qtbot, one: QPushButton) -> None:
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton)


def person(at: Centre, name: str):
    return next((u for u in at.office.users() if u["name"] == name), None)


def act_of(page: PeoplePage, words: str) -> QPushButton:
    QApplication.processEvents()
    found = page.person.findChildren(QPushButton)
    return next(b for b in found if b.text() == words and b.isVisible())


def choose(page: PeoplePage, name: str) -> None:
    page.list.select(name)
    page.list.chosen.emit(next(row for row in page.list.rows if row.key == name))


def entries(at: Centre, act: str = "") -> list:
    with at.office.database.read() as connection:
        return audit.entries(connection, act=act)


def read_square(page: PeoplePage) -> str:
    """What a camera reads of the QR code."""
    picture = page.person.square.pixmap().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(picture.constBits(), np.uint8)
    rows = grey.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width()]
    (found,) = zxingcpp.read_barcodes(np.ascontiguousarray(rows))
    return found.text


def test_a_person_is_entered_changed_and_closed(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    click(qtbot, page.new)
    qtbot.keyClicks(page.person.name, "Zhao")
    click(qtbot, page.person.counties.chips["360222"])
    click(qtbot, page.person.save)
    rest(window)
    assert person(at, "Zhao")["counties"] == ["360222"]
    assert person(at, "Zhao")["role"] == "field"
    assert page.person.title.text() == "Zhao"
    click(qtbot, page.person.counties.chips["360222"])
    click(qtbot, page.person.kinds.chips["mine"])
    page.person.save.setFocus()
    qtbot.keyClick(page.person.save, Qt.Key.Key_Space)
    rest(window)
    assert (person(at, "Zhao")["counties"], person(at, "Zhao")["kinds"]) == ([], ["mine"])
    click(qtbot, page.person.close_)
    rest(window)
    assert person(at, "Zhao")["state"] == "closed"
    assert page.person.close_.text() == "重新启用账号"


def test_a_code_is_told_once_and_takes_a_device_in(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    name = at.one.enrolment.user
    choose(page, name)
    click(qtbot, page.person.code)
    rest(window)
    assert page.person.secret_box.isVisible()
    assert read_square(page) == f"{page._url}\n{page.person.secret.text()}"
    with at.office.database.write() as connection:
        assert accounts.use_code(connection, at.office.now, page.person.secret.text(), "d") == name
    window.refresh()
    rest(window)
    click(qtbot, page.person.password)
    rest(window)
    assert len(page.person.secret.text()) > 20
    assert not page.person.square.isVisible()


def test_a_stolen_tablet_is_cut_off_by_one_touch_and_let_in_again(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    choose(page, at.one.enrolment.user)
    qtbot.keyClicks(page.person.why, "lost at Yaoli")
    click(qtbot, act_of(page, "停用"))
    rest(window)
    assert entries(at, "device revoke")[-1]["what"]["why"] == "lost at Yaoli"
    assert page.person.why.text() == ""
    with pytest.raises(NotAllowed):
        at.office.caller(at.one.enrolment.token)
    click(qtbot, act_of(page, "恢复"))
    rest(window)
    assert at.office.caller(at.one.enrolment.token)


def test_a_code_that_went_astray_is_withdrawn(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    code = at.office.device_code(at.one.enrolment.user)
    window.refresh()
    rest(window)
    choose(page, at.one.enrolment.user)
    click(qtbot, act_of(page, "作废"))
    rest(window)
    with pytest.raises(NotAllowed), at.office.database.write() as connection:
        accounts.use_code(connection, at.office.now, code, "d")


def test_duties_waits_and_the_log(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    keys = lockouts.password_keys("10.0.0.9", "Li")
    for _time in range(lockouts.FREE["login"]):
        with at.office.database.write() as connection:
            lockouts.failed(connection, at.office.now, keys)
    window.refresh()
    rest(window)
    assert window.navigation.buttons["people"]._count == 1
    choose(page, _SECURITY_ROW)
    click(qtbot, page.security.apart)
    rest(window)
    assert page.security.fault.isVisible(), "one person holds them all"
    unlock = next(b for b in page.security.findChildren(QPushButton) if b.text() == "允许再试")
    click(qtbot, unlock)
    rest(window)
    with at.office.database.read() as connection:
        assert lockouts.listed(connection, at.office.now) == []
    click(qtbot, page.security.check)
    rest(window)
    assert "完整" in page.security.log.text()
    assert page.security.entries.rows[0].title.endswith("unlock")


def test_what_is_refused_is_said_and_nothing_is_lost(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    click(qtbot, page.new)
    page.person.name.setText(at.one.enrolment.user)
    click(qtbot, page.person.save)
    rest(window)
    assert page.person.fault.isVisible()
    assert page.person.name.text() == at.one.enrolment.user


def test_an_office_without_the_duty_only_looks(at: Centre, rest: Rest, qtbot, tmp_path: Path):
    window = open_office(at.url, at.token)
    window.show_page("people")
    window.show()
    rest(window)
    page = window.pages["people"]
    assert isinstance(page, PeoplePage)
    choose(page, at.one.enrolment.user)
    assert not page.person.save.isEnabled()
    assert not page.new.isEnabled()
    assert act_of(page, "停用").isEnabled(), "a stolen tablet waits for nobody"
    choose(page, _SECURITY_ROW)
    assert not page.security.limits_card.isVisible()
    window.close()
    window.deleteLater()


def test_the_log_is_saved_whole(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot, tmp_path: Path
) -> None:
    choose(page, _SECURITY_ROW)
    for file in (tmp_path / "log.jsonl", None, tmp_path / "log.pdf"):
        window.office.questions.save_file = lambda *_any, f=file: f
        page.security.save.setFocus()
        qtbot.keyClick(page.security.save, Qt.Key.Key_Space)
        rest(window)
    assert page.security.fault.isVisible(), "no log is a .pdf"
    lines = (tmp_path / "log.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == entries(at)


def test_what_is_typed_stays_while_the_log_grows(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    before = len(page.security.entries.rows)
    choose(page, at.one.enrolment.user)
    click(qtbot, page.person.kinds.chips["mine"])
    at.office.receive(at.one.batch(at.edit(at.one, 0, remarks=(None, "x"))))
    with at.office.database.write() as connection:
        audit.note(connection, at.office.now, "x", "something")
    window.refresh()
    rest(window)
    assert page.person.kinds.chosen() == ["mine"]
    assert len(page.security.entries.rows) > before
    click(qtbot, page.new)
    qtbot.keyClicks(page.person.name, "Sun")
    at.office.set_user(at.two.enrolment.user, state="closed")
    window.refresh()
    rest(window)
    assert page.person.name.text() == "Sun"


def test_what_is_told_once_stays_until_somebody_goes_on(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    choose(page, at.one.enrolment.user)
    click(qtbot, page.person.code)
    rest(window)
    code = page.person.secret.text()
    window.refresh()
    rest(window)
    assert page.person.secret_box.isVisible()
    assert page.person.secret.text() == code
    choose(page, at.two.enrolment.user)
    assert not page.person.secret_box.isVisible()


def test_whoever_only_audits_sees_the_log_and_nothing_else(at: Centre, rest: Rest, qtbot) -> None:
    at.office.add_user("审计员", "admin", duties=["audit"])
    window = open_office(at.url, Tablet.enrol(at.office, "审计员").enrolment.token)
    window.show()
    rest(window)
    page = window.pages["people"]
    assert isinstance(page, PeoplePage)
    assert page.isVisible()
    assert [n for n, b in window.navigation.buttons.items() if b.isVisible()] == ["people"]
    assert [row.key for row in page.list.rows] == [_SECURITY_ROW]
    assert page.security.entries.isVisible()
    assert len(page.security.entries.rows) == len(entries(at))
    click(qtbot, page.security.check)
    rest(window)
    assert "完整" in page.security.log.text()
    assert not page.new.isEnabled()
    assert not page.security.apart.isVisible()
    assert not page.security.wait_head.isVisible()
    window.refresh()
    rest(window)
    window.close()
    window.deleteLater()


@pytest.mark.parametrize(
    "keys",
    [
        lockouts.code_keys("10.0.0.9"),
        lockouts.token_keys("10.0.0.9"),
        lockouts.password_keys("10.0.0.9", "Li {x} @home"),
    ],
)
def test_every_wait_has_words(keys: list[str]) -> None:
    for key in keys:
        kind, _sign, rest = key.partition(":")
        said = wait_words(key)
        assert not said.startswith(f"{kind}:")
        assert ("10.0.0.9" in said) == ("10.0.0.9" in rest)
        assert ("Li {x} @home" in said) == ("Li" in rest)


def _limits(at: Centre) -> dict[str, int]:
    with at.office.database.read() as connection:
        return lockouts.limits(connection)


def test_the_limits_are_set_by_touch_and_by_keyboard_and_stand_in_the_log(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    choose(page, _SECURITY_ROW)
    view = page.security.limits
    told = {name: int(field.edit.text()) for name, field in view.fields.items()}
    assert told == lockouts.DEFAULTS
    assert not view.save.isEnabled(), "nothing is changed yet"
    for name, number in (("login", "3"), ("desk_days", "14")):
        view.fields[name].edit.setFocus()
        view.fields[name].edit.selectAll()
        qtbot.keyClicks(view.fields[name].edit, number)
    window.refresh()
    rest(window)
    assert view.fields["login"].edit.text() == "3", "what is being typed stays"
    click(qtbot, view.save)
    rest(window)
    assert _limits(at) == {**lockouts.DEFAULTS, "login": 3, "desk_days": 14}
    (entry,) = entries(at, "lockout limits")
    assert (entry["who"], entry["what"]["desk_days"]) == ("主任", 14)
    assert not view.save.isEnabled()
    view.fields["window"].edit.selectAll()
    qtbot.keyClicks(view.fields["window"].edit, "30")
    qtbot.keyClick(view.fields["window"].edit, Qt.Key.Key_Return)
    rest(window)
    assert _limits(at)["window"] == 30


def test_limits_that_are_refused_say_so_and_may_be_taken_back(
    at: Centre, page: PeoplePage, window: OfficeWindow, rest: Rest, qtbot
) -> None:
    choose(page, _SECURITY_ROW)
    view = page.security.limits
    view.fields["longest"].edit.clear()
    view.fields["first"].edit.selectAll()
    qtbot.keyClicks(view.fields["first"].edit, "9x9")
    assert view.changes() == {"longest": 0, "first": 99}, "digits alone"
    click(qtbot, view.save)
    assert "10000" in view.fault.text()
    assert view.fields["longest"].edit.hasFocus()
    qtbot.keyClicks(view.fields["longest"].edit, "5")
    click(qtbot, view.save)
    rest(window)
    assert "首次" in view.fault.text(), "the centre says so"
    assert view.fields["first"].edit.text() == "99", "what was typed stays"
    assert _limits(at) == lockouts.DEFAULTS
    click(qtbot, view.back)
    assert view.fields["longest"].edit.text() == "240"
    assert not view.fault.isVisible()
    assert entries(at, "lockout limits") == []
