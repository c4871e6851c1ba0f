"""Patrol plans in a project: whether heavy rain is warned of, and what is due of a site."""

from __future__ import annotations

from datetime import date, datetime

from jdz_field.core import patrol
from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.patrol import Due, Duty
from jdz_field.core.sites import Site
from jdz_field.store.project import Project
from jdz_field.store.sites import RAIN

__all__ = ["RAIN", "due_of", "due_words", "duty_words", "last_visit", "rain_since", "warn_of_rain"]


def rain_since(project: Project) -> date | None:
    """The day since which a warning of heavy rain holds here; ``None``: there is none."""
    return patrol.rain_of(project.get_setting(RAIN))


def warn_of_rain(project: Project, since: date | None) -> None:
    """Switch the warning on, since a day, or off (``None``). ``BadUsage``: a day to come."""
    if since is not None and since > local_day(project.now()):
        raise BadUsage(_("A warning cannot have begun on a day to come; give today or earlier."))
    project.set_setting(RAIN, since.isoformat() if since is not None else None)


def local_day(moment: datetime) -> date:
    """The day in Jingdezhen at a moment."""
    return moment.astimezone(BEIJING).date()


def last_visit(site: Site) -> date | None:
    """The local day of a site's last inspection; ``None``: never, or no day can be read."""
    text = site.fields.get("last_inspected")
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


def due_of(site: Site, now: datetime, rain: date | None = None) -> Due | None:
    """What is due of a site; ``None``: nothing ever is."""
    if site.deleted:
        return None
    status = site.fields.get("status")
    told = str(status) if status else None
    return patrol.next_due(site.kind, told, last_visit(site), local_day(now), rain)


def duty_words(duty: Duty) -> str:
    """A duty by name; one that nobody of the city has confirmed says so."""
    if duty.certainty == "source":
        return duty.label
    return _("{duty}; general rule, to be confirmed").format(duty=duty.label)


def due_words(due: Due | None) -> str:
    """When the next inspection is due and by which duty; empty when nothing is."""
    if due is None:
        return ""
    duty = duty_words(due.duty)
    if due.day is None:
        return _("Never inspected: overdue ({duty})").format(duty=duty)
    if due.overdue:
        return _("Overdue since {day} ({duty})").format(day=due.day, duty=duty)
    return _("Next inspection by {day} ({duty})").format(day=due.day, duty=duty)
