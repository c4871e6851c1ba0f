"""The errors a person can meet.

::

    JdzError            one sentence: what happened, where, what to do   (exit 3)
    ├── BadUsage        the command or its arguments are wrong           (exit 2)
    ├── BadInput        a file or value is not what it should be         (exit 3)
    │   └── Damaged     the store of a project is broken: a backup helps (exit 3)
    └── Unavailable     disk, network, lock, font: the surroundings fail (exit 4)

Everything else that is raised is a fault of ours.
"""

from __future__ import annotations


class JdzError(Exception):
    """A fault with a sentence for the person, already in their language."""

    exit_code = 3


class BadUsage(JdzError):
    """The command or its arguments are wrong."""

    exit_code = 2


class BadInput(JdzError):
    """A file or a value is not what it should be."""

    exit_code = 3


class Damaged(BadInput):
    """The store of a project is broken or gone; a backup can take its place."""


class Unavailable(JdzError):
    """Disk, network, lock or font: what surrounds us does not do its part."""

    exit_code = 4
