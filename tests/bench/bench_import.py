"""`import.jinghe`: how long `duban plan parse --json` takes on the 2023 plans, the interpreter's start included."""

import asyncio
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.result import InputMissingError, Result
from tests.bench.size import either

NAMES = ("import.jinghe",)
RUNS = either(5, 1)
DOCUMENT = Path(__file__).resolve().parents[3] / "shared" / "data" / "jinghe-2023-action-plans.txt"
OURS = ["-m", "deploy.cli", "plan", "parse", str(DOCUMENT), "--json"]
# All that reading a document needs but understanding it: its paragraphs, each with its line, one JSON object a line.
BARE = ["-m", "tests.bench.bare_reading", str(DOCUMENT)]


def seconds(arguments: list[str], *, least: int) -> float:
    """Time a program from its start to its end; it has to print at least `least` lines."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    took = time.perf_counter() - began
    assert done.stdout.count(b"\n") >= least, done.stdout[-300:]
    return took


def compare() -> Result:
    """Measure both, in turns."""
    runs = [(seconds(OURS, least=400), seconds(BARE, least=1000)) for _ in range(RUNS + 1)][1:]
    ours, bare = (statistics.median(side) for side in zip(*runs, strict=True))
    what = "`duban plan parse --json` on 25 plans, start to end; a program that prints the paragraphs with their lines"
    return Result("import.jinghe", ours, bare, "s", what)


async def measure() -> list[Result]:
    """Measure, where the document is."""
    if not DOCUMENT.exists():
        raise InputMissingError(f"{DOCUMENT.name} is not beside the repository (../shared/data)")
    return [await asyncio.to_thread(compare)]
