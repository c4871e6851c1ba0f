"""Opens the office window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import default_language, language, set_language
from jdz_field.operations.office import Desk
from jdz_field.operations.office_login import open_desk, remembered
from jdz_field.sync.client import CentralClient
from jdz_field.ui import theme
from jdz_field.ui.office.window import OfficeWindow
from jdz_field.ui.preferences import Preferences

#: Starts a centre on this machine, or finds it: its address and a token for it.
Local = Callable[[], tuple[str, str]]


def open_office(
    server: str | None = None, token: str | None = None, local: Local | None = None
) -> OfficeWindow:
    """The window, shown. An application must be running.

    With ``server`` and ``token`` it goes straight there; with ``local`` to the centre that this
    gives (asked beside the window's thread). Else with the login that this machine remembers, if
    it is one of ``server`` or none is named; else it asks to sign in.
    """
    start, url = _start(server, token, local)
    window = OfficeWindow(start, url=url)
    window.show()
    return window


def _start(
    server: str | None, token: str | None, local: Local | None
) -> tuple[Callable[[], Desk] | None, str]:
    if local is not None:
        found = local

        def here() -> Desk:
            return Desk(CentralClient(*found()))

        return here, server or ""
    if server and token:
        return lambda: Desk(CentralClient(server, token)), server
    login = remembered()
    if login is not None and (not server or server.rstrip("/") == login.url.rstrip("/")):
        return lambda: open_desk(login), login.url
    return None, server or ""


def main(server: str | None = None, token: str | None = None, local: Local | None = None) -> int:
    """Open the office window and run until it is closed; the exit code."""
    application = QApplication.instance() or QApplication([])
    preferences = Preferences.load()
    # The command line's --lang goes before what was chosen once.
    if preferences.language and language() == default_language():
        set_language(preferences.language)
    if isinstance(application, QApplication):
        theme.apply(application, preferences.theme, preferences.scale)
    window = open_office(server, token, local)
    code = application.exec()
    window.close()
    return code
