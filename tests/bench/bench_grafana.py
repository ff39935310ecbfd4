"""`grafana.queries`: every query of every panel against a real Prometheus that holds a year of series.

Each has to give data; the figure is that of the slowest. A panel of courses asks for a year in a thousand steps.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import Panel
from tests.bench.result import InputMissingError, Result
from tests.bench.size import either
from tests.bench.year_of_series import STEP, Span, series, write
from tests.gateway.processes import answers, free_port, until

NAMES = ("grafana.queries",)
DAYS = either(365, 2)
POINTS = 1_000
RUNS = 3


@contextmanager
def prometheus(data: Path) -> Iterator[str]:
    """Run Prometheus over a data directory until the block ends; gives its address."""
    address = f"127.0.0.1:{free_port()}"
    (data / "none.yml").write_text("{}")
    keep = ["--storage.tsdb.retention.time=500d", "--storage.tsdb.max-block-duration=2h"]
    command = ["prometheus", f"--config.file={data}/none.yml", f"--storage.tsdb.path={data}", *keep]
    process = subprocess.Popen([*command, f"--web.listen-address={address}"], stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(f"http://{address}/-/ready"), patience=120)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(60)


def asked(panel: Panel, query: str, span: Span) -> tuple[str, dict[str, Any]]:
    """Write the request that Grafana sends for a query of a panel."""
    last = span.end - STEP
    if panel.instant:
        return "/api/v1/query", {"query": query, "time": last}
    step = max((span.end - span.first) // POINTS // STEP, 1) * STEP
    return "/api/v1/query_range", {"query": query, "start": span.first, "end": last, "step": step}


def seconds(client: httpx.Client, panel: Panel, query: str, span: Span) -> float:
    """Time a query, the quickest of a few runs, and see that it gives data.

    Raises:
        AssertionError: It fails, or gives nothing.
    """
    path, parameters = asked(panel, query, span)
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        answer = client.get(path, params=parameters)
        took.append(time.perf_counter() - began)
        if answer.status_code != 200 or not answer.json()["data"]["result"]:
            raise AssertionError(f"{panel.title} shows nothing: {query}: {answer.text[:200]}")
    return min(took)


def slowest(address: str, span: Span) -> list[tuple[float, str]]:
    """Time all queries, the slowest first."""
    panels = [(board, panel) for board in BOARDS for row in board.rows for panel in row.panels]
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
        took = [
            (seconds(client, panel, query, span), f"{board.title}／{panel.title}")
            for board, panel in panels
            for query, _legend in panel.queries
        ]
    return sorted(took, reverse=True)


def compare() -> list[Result]:
    """Fill a Prometheus and ask it everything."""
    if shutil.which("prometheus") is None or shutil.which("promtool") is None:
        raise InputMissingError("prometheus and promtool are not installed here")
    data = Path(tempfile.mkdtemp(prefix="duban-prometheus-"))
    end = int(time.time()) // STEP * STEP
    span = Span(end - DAYS * 86400, end)
    try:
        began = time.perf_counter()
        samples = write(data, span, jobs=os.cpu_count() or 1)
        made = time.perf_counter() - began
        used = sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 1e6
        with prometheus(data) as address:
            took = slowest(address, span)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    sys.stdout.writelines(f"  {figure * 1000:8.1f} ms  {name}\n" for figure, name in took[:5])
    what = (
        f"the slowest of {len(took)} queries of the dashboards ({took[0][1]}) over {DAYS} days of {len(series())}"
        f" series, {samples / 1e6:.0f} million samples, {used:.0f} MB, written in {made:.0f} s"
    )
    return [Result("grafana.queries", took[0][0] * 1000, None, "ms", what)]


async def measure() -> list[Result]:
    """Measure it."""
    return await asyncio.to_thread(compare)
