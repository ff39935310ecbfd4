"""Runs all kill loops (KILLS each, default 10; SEED repeats a run) and writes var/chaos.json."""

import json
import os
import secrets
import sys
from pathlib import Path

from tests.chaos.scenario import SCENARIOS, run

KEPT = Path("var/chaos.json")


def main() -> int:
    """Run what the arguments name, or everything; gives 1 when something was lost, doubled or out of order."""
    kills = int(os.environ.get("KILLS", "10"))
    seed = int(os.environ.get("SEED", secrets.randbelow(1_000_000)))
    found = {}
    for name in sys.argv[1:] or SCENARIOS:
        tally = run(name, kills=kills, seed=seed)
        found[name] = tally.to_dict()
        sys.stdout.write(
            f"{name:12} {'exact' if tally.is_exact() else 'WRONG'} {json.dumps(tally.to_dict())}\n"
        )
        sys.stdout.flush()
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return int(any(tally["lost"] or tally["doubled"] or tally["misordered"] for tally in found.values()))


if __name__ == "__main__":
    sys.exit(main())
