"""Proves that the command line and the server start without importing Qt (run as a script)."""

from __future__ import annotations

import sys

import click


def main() -> None:
    from jdz_field.cli.root import COMMANDS, root

    context = click.Context(root)
    leaves = 0

    def walk(command: click.Command) -> None:
        nonlocal leaves
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None, name
                walk(child)
        else:
            leaves += 1

    walk(root)
    import jdz_field.central.run  # noqa: F401

    loaded = [name for name in sys.modules if name.startswith(("PySide6", "shiboken6"))]
    assert not loaded, f"Qt was imported: {loaded[:3]}"
    print(f"{len(COMMANDS)} commands, {leaves} leaves, no Qt")


if __name__ == "__main__":
    main()
