"""Runs the benchmarks (all, or those whose file or result name contains the argument) and keeps the results."""

import asyncio
import importlib
import pkgutil
import sys
from pathlib import Path

import tests.bench
from tests.bench.result import Result

KEPT = Path("var/bench.jsonl")


def show(result: Result) -> str:
    """Write one line for people."""
    if result.baseline is None:
        return f"{result.name:24} {result.ours:12,.2f} {result.unit:10} {'':24} {result.what}"
    against = f"of {result.baseline:12,.2f} = {result.ratio:6.2f}"
    return f"{result.name:24} {result.ours:12,.2f} {result.unit:10} {against:24} {result.what}"


def main() -> None:
    """Measure one module after the other."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    KEPT.parent.mkdir(exist_ok=True)
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if not module.name.startswith("bench_") or wanted not in module.name:
            continue
        results = asyncio.run(importlib.import_module(f"tests.bench.{module.name}").measure())
        with KEPT.open("a", encoding="utf-8") as kept:
            for result in results:
                sys.stdout.write(show(result) + "\n")
                sys.stdout.flush()
                kept.write(result.to_json() + "\n")


if __name__ == "__main__":
    main()
