"""Plays as many histories of three devices and an office as one likes (``tests.sync.machine``).

``python -m tests.faults.machine --examples 2000 [--steps 40] [--seed N]``
"""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine import Machine


def main() -> int:
    """Play, and print what was done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--as-found", action="store_true", help="do not shorten what fails")
    chosen = parser.parse_args()
    played = settings(
        max_examples=chosen.examples,
        stateful_step_count=chosen.steps,
        deadline=None,
        database=None,
        phases=[Phase.generate] if chosen.as_found else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    begin = time.monotonic()
    run_state_machine_as_test(seed(chosen.seed)(Machine), settings=played)
    print(f"{chosen.examples} histories of up to {chosen.steps} steps, seed {chosen.seed}:")
    for what, count in sorted(Machine.total.items()):
        print(f"  {what:20} {count:8,}")
    print("  nothing lost, nothing overwritten unseen, all copies equal")
    print(f"  {time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
