"""The root command: languages, the project, lazy subcommands, errors as sentences."""

from __future__ import annotations

import gettext
import importlib
import logging
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any, cast

import click

from jdz_field.cli.common import Context
from jdz_field.core.catalogue_start import require_sound
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import DOMAIN, LANGUAGES, _, default_language, language, set_language
from jdz_field.core.resources import resource

log = logging.getLogger(__name__)

#: Command name → where it is defined; loaded when used, so that the command line starts fast.
COMMANDS = {
    "app": "jdz_field.cli.windows:app",
    "office": "jdz_field.cli.windows:office",
    "demo": "jdz_field.cli.demo:demo",
    "sample": "jdz_field.cli.sample:sample",
    "init": "jdz_field.cli.projects:init",
    "info": "jdz_field.cli.projects:info",
    "check": "jdz_field.cli.projects:check",
    "backup": "jdz_field.cli.projects:backup",
    "restore": "jdz_field.cli.projects:restore",
    "people": "jdz_field.cli.people:people",
    "sites": "jdz_field.cli.sites:sites",
    "datum": "jdz_field.cli.datums:datum",
    "receiver": "jdz_field.cli.receiver:receiver",
    "forms": "jdz_field.cli.forms:forms",
    "records": "jdz_field.cli.records:records",
    "photos": "jdz_field.cli.photos:photos",
    "tracks": "jdz_field.cli.tracks:tracks",
    "enrol": "jdz_field.cli.sync:enrol",
    "sync": "jdz_field.cli.sync:sync",
    "batch": "jdz_field.cli.sync:batch",
    "central": "jdz_field.cli.central:central",
    "report": "jdz_field.cli.reports:report",
    "catalogue": "jdz_field.cli.catalogue:catalogue",
    "patrol": "jdz_field.cli.catalogue:patrol",
}

#: Exit codes outside the contract's five: a fault of ours, and a person's interruption.
EXIT_FAULT, EXIT_INTERRUPTED = 70, 130


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the contract."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its help translated."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = cast("click.Command", getattr(importlib.import_module(module), name))
        translate_help(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command to run; not with a catalogue that has faults, but for its own check."""
        if args and args[0] in COMMANDS and args[0] != "catalogue":
            require_sound()
        return super().resolve_command(ctx, args)


def translate_help(command: click.Command) -> None:
    """Turn the help of a command, its options and its subcommands into the language in force."""
    texts: list[click.Command | click.Option] = [command]
    texts += [p for p in command.params if isinstance(p, click.Option)]
    for one in texts:
        # Kept, so that another language starts from the English again.
        english = vars(one).setdefault("english_help", click_text(one.help))
        one.help = _(english) or None
    if isinstance(command, click.Group):
        for child in command.commands.values():
            translate_help(child)


def click_text(text: str | None) -> str:
    """A help text with its line breaks and indents folded, as it stands in the catalogues."""
    return " ".join((text or "").split())


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.option(
    "--project", type=click.Path(path_type=Path, file_okay=False), help="The project folder."
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of messages (default: zh).")
@click.version_option(package_name="jdz-field")
@click.pass_context
def root(ctx: click.Context, project: Path | None, lang: str | None) -> None:
    """Offline field work on geohazard points, mines and afforestation plots."""
    if lang:
        set_language(lang)
    ctx.obj = Context(project)
    if ctx.invoked_subcommand is None:
        require_sound()
        ctx.invoke(cast("Any", root.get_command(ctx, "app")))


def _wanted_language(arguments: list[str]) -> str:
    """``--lang`` has to be known before the help is made."""
    for number, word in enumerate(arguments):
        if word == "--lang" and number + 1 < len(arguments):
            return arguments[number + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return default_language()


def _speak(wanted: str) -> None:
    """Our language, and click's: it asks gettext's default domain, by the environment."""
    set_language(wanted)
    gettext.bindtextdomain(DOMAIN, str(resource("translations")))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language()


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def _disk_sentence(error: Exception) -> str:
    return _("The disk or a file did not do its part ({what}); nothing saved was lost.").format(
        what=error
    )


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code. Errors become one sentence on stderr."""
    _speak(_wanted_language(arguments))
    translate_help(root)
    try:
        code = root.main(arguments, prog_name="jdz-field", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "jdz-field"
        _say(
            _("Wrong usage: {what} See {command} --help.").format(
                what=click_text(error.format_message()), command=where
            )
        )
        return 2
    except click.ClickException as error:
        _say(error.format_message())
        return 3
    except (KeyboardInterrupt, click.Abort):
        _say(_("Stopped; what was done so far is kept."))
        return EXIT_INTERRUPTED
    except JdzError as error:
        _say(str(error))
        return error.exit_code
    return code if isinstance(code, int) else 0


def run_guarded(arguments: list[str]) -> int:
    """As ``run``; a disk's fault and a fault of ours are sentences too."""
    try:
        return run(arguments)
    except BrokenPipeError:
        # The reader went away; a second complaint at exit would go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, sqlite3.OperationalError) as error:
        log.debug("surroundings failed", exc_info=True)
        _say(_disk_sentence(error))
        return 4
    except Exception as error:
        log.debug("fault", exc_info=True)
        _say(
            _(
                "A fault of the program ({kind}: {what}); nothing saved was lost. "
                "Please report it; JDZ_FIELD_DEBUG=1 shows where."
            ).format(kind=type(error).__name__, what=error)
        )
        return EXIT_FAULT


def main() -> None:
    """Entry point of ``jdz-field``."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles may use a code page that has no Chinese.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if os.environ.get("JDZ_FIELD_DEBUG"):
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    sys.exit(run_guarded(sys.argv[1:]))
