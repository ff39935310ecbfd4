"""Runs the benchmarks (all, or those whose file or result name contains the argument) and keeps the results.

A short run (SHORT=1) goes through all of them with little to do; its figures mean nothing and are not kept.
"""

import asyncio
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tests.bench
from tests.bench.result import InputMissingError, Result
from tests.bench.size import SHORT

KEPT = Path("var/bench.jsonl")


def show(result: Result) -> str:
    """Write one line for people."""
    if result.baseline is None:
        return f"{result.name:24} {result.ours:12,.2f} {result.unit:10} {'':24} {result.what}"
    against = f"of {result.baseline:12,.2f} = {result.ratio:6.2f}"
    return f"{result.name:24} {result.ours:12,.2f} {result.unit:10} {against:24} {result.what}"


def chosen(wanted: str) -> Iterator[Any]:
    """Load the benchmarks whose file or result names contain `wanted`."""
    for found in pkgutil.iter_modules(tests.bench.__path__):
        if found.name.startswith("bench_"):
            module = importlib.import_module(f"tests.bench.{found.name}")
            if any(wanted in name for name in (found.name, *module.NAMES)):
                yield module


def measured(module: Any) -> list[Result]:  # noqa: ANN401 - a benchmark: NAMES and measure().
    """Measure one benchmark; one whose input is not here says so in a line.

    Raises:
        AssertionError: It does not give the results that it names, each with a figure.
    """
    try:
        results: list[Result] = asyncio.run(module.measure())
    except InputMissingError as error:
        say(f"{', '.join(module.NAMES)}: left out, {error}")
        return []
    if [result.name for result in results if result.ours > 0] != list(module.NAMES):
        raise AssertionError(f"{module.__name__} gave {results} instead of {module.NAMES}")
    return results


def say(line: str) -> None:
    """Print a line now."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def keep(results: list[Result]) -> None:
    """Append what was measured to the file of all runs."""
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.open("a", encoding="utf-8") as kept:
        kept.writelines(result.to_json() + "\n" for result in results)


def main() -> int:
    """Measure one benchmark after the other; gives 1 when no name contains the argument."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    found = list(chosen(wanted))
    if not found:
        sys.stderr.write(f"no benchmark is called {wanted}\n")
    for module in found:
        results = measured(module)
        for result in results:
            say(show(result))
        if not SHORT:
            keep(results)
    return int(not found)


if __name__ == "__main__":
    sys.exit(main())
