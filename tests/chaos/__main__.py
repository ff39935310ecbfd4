"""Runs all kill loops (KILLS each, default 10; SEED repeats a run) and writes var/chaos.json."""

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from tests.chaos import feeds, scenario
from tests.chaos.exchange import late_joiner
from tests.chaos.notify import matrix

KEPT = Path("var/chaos.json")
RUNS: Mapping[str, Callable[..., "Found"]] = {
    **dict.fromkeys(scenario.SCENARIOS, scenario.run),
    **dict.fromkeys(matrix.SCENARIOS, matrix.run),
    **dict.fromkeys(feeds.SCENARIOS, feeds.run),
    **dict.fromkeys(late_joiner.SCENARIOS, late_joiner.run),
}


class Found(Protocol):
    """What a loop found."""

    def is_exact(self) -> bool:
        """Say whether nothing was lost or doubled, and something was sent at all."""
        ...

    def to_dict(self) -> Mapping[str, object]:
        """Give the figures by name."""
        ...

    def table(self) -> str:
        """Show what has more than one line, or nothing."""
        ...


def exit_code(tallies: Iterable[Found]) -> int:
    """Give 1 unless every loop was exact: nothing lost, doubled or out of order, and something sent at all."""
    return int(not all(tally.is_exact() for tally in tallies))


def say(line: str) -> None:
    """Print a line now: a loop takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run what the arguments name, or everything."""
    kills = int(os.environ.get("KILLS", "10"))
    seed = int(os.environ.get("SEED", secrets.randbelow(1_000_000)))
    say(f"KILLS={kills} SEED={seed}")  # First, so that a loop that ends in an error can be repeated too.
    found: dict[str, Found] = {}
    for name in sys.argv[1:] or RUNS:
        if name in matrix.SCENARIOS and (reason := matrix.missing(name)):
            say(f"{name:12} not run: {reason}")
            continue
        tally = found[name] = RUNS[name](name, kills=kills, seed=seed)
        say(
            f"{name:12} {'exact' if tally.is_exact() else 'WRONG'} {json.dumps(tally.to_dict())}{tally.table()}"
        )
    KEPT.parent.mkdir(exist_ok=True)
    kept = {name: tally.to_dict() for name, tally in found.items()}
    KEPT.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    return exit_code(found.values())


if __name__ == "__main__":
    sys.exit(main())
