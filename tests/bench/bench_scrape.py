"""`scrape.metrics`: what a scrape of each service takes, over the ledger of the 2023 plans with its ratings.

44 units, 25 plans, 430 tasks, 208 targets and the 23 indicators of the frame. metrics keeps its figures for some
seconds, so each scrape waits until they are counted anew; the scrape right after it, which only writes the same text
again, is the other side.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from services.metrics.scrape import KEPT_FOR
from tests.bench.result import Result
from tests.bench.size import either
from tests.e2e.stack import DUBAN, duban, free_port, key_in, running
from tests.gateway.processes import until

NAMES = ("scrape.metrics",)
RATINGS, RUNS = either(5_000, 500), either(7, 1)
INDICATORS = 208 + 23  # Targets of the plans, and the frame 18+5.
SERVICES = ("gateway", "tasks", "notify", "metrics")  # By their inner ports, above the public one.


def scrape(port: int) -> tuple[float, str]:
    """Time one scrape, in milliseconds."""
    began = time.perf_counter()
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False, timeout=30).text
    return (time.perf_counter() - began) * 1000, text


def series(text: str) -> int:
    """Count the series of a scrape."""
    return sum(not line.startswith("#") for line in text.splitlines())


def counted(text: str) -> float:
    """Add up the ratings that were counted."""
    found = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith("duban_ratings_total{")]
    return sum(map(float, found))


def is_complete(text: str) -> bool:
    """Tell whether all ratings were counted and all indicators measured, which is done beside the scrape."""
    return counted(text) >= RATINGS and text.count("\nduban_indicator_state{") >= INDICATORS


def measured(port: int) -> tuple[dict[str, tuple[float, float]], str]:
    """Give the median of each service's scrapes, counted anew and right after it, and what there was to say."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in SERVICES}
    sizes = {}
    for _ in range(RUNS):
        time.sleep(KEPT_FOR.total_seconds() + 0.5)
        for place, name in enumerate(SERVICES, 1):
            anew, text = scrape(port + place)
            runs[name].append((anew, scrape(port + place)[0]))
            sizes[name] = series(text)
    figures = {
        name: (statistics.median(anew for anew, _ in found), statistics.median(again for _, again in found))
        for name, found in runs.items()
    }
    said = [f"{name} {figures[name][0]:.0f} ms for {sizes[name]} series" for name in SERVICES]
    return figures, ", ".join(said)


def compare() -> list[Result]:
    """Measure over a stack of its own."""
    folder = Path(tempfile.mkdtemp(prefix="duban-"))
    port = free_port()
    try:
        with running([DUBAN, "up", "--data", str(folder / "data"), "--port", str(port)]) as said:
            duban("simulate", "--count", str(RATINGS), port=port, key=key_in(said))
            until(lambda: is_complete(scrape(port + len(SERVICES))[1]), patience=120)
            figures, what = measured(port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    slowest = max(figures, key=lambda name: figures[name][0])
    sys.stdout.write(f"  {what}\n")
    about = f"the slowest scrape ({what}); the same text again, without counting"
    return [Result("scrape.metrics", *figures[slowest], "ms", about)]


async def measure() -> list[Result]:
    """Measure it."""
    return await asyncio.to_thread(compare)
