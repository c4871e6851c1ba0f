"""Entry point of the command line."""

from __future__ import annotations

from jdz_field.cli.root import main

if __name__ == "__main__":
    main()
