"""Before a window opens: a catalogue with a fault is said, and nothing opens."""

from __future__ import annotations

from jdz_field.core.catalogue_start import require_sound
from jdz_field.core.errors import JdzError
from jdz_field.ui.questions import Questions


def catalogue_refused(questions: Questions) -> int:
    """The exit code when the catalogue has a fault, which the person is told; else 0."""
    try:
        require_sound()
    except JdzError as error:
        questions.tell(None, str(error))
        return error.exit_code
    return 0
