"""Writes a long time of the panels' and the recorded series at 5-minute steps into a Prometheus data directory.

promtool reads OpenMetrics text once for each block, so each block has a file of its own, which is gone once it is read.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.metrics import factories as make
from tests.metrics.crowd import crowded
from tests.metrics.test_monitoring import FEEDS, OTHERS

STEP = 300  # Seconds between two samples.
BLOCK = 486 * 3600  # Seconds of a block: 2 hours, tripled five times, as promtool aligns them.
VARIANTS = 5  # Courses that series take by turns.
FEED_GROUPS = [
    f'stream="{stream}",group="{group}"'
    for stream in ("supervision", "deadlines", "ratings", "hotline", "assessment")
    for group in ("metrics", "archive")
]
RECORDED = [
    *(f'duban:tasks:count{{state="{state}"}}' for state in ("assigned", "in_progress", "closed", "standing")),
    "duban:tasks_done:ratio",
    "duban:tasks_due:count",
    "duban:tasks_overdue:count",
    *(f'duban:indicators:count{{state="{state}"}}' for state in ("met", "on_course", "at_risk", "unknown")),
    "duban:indicators_measured:count",
    *(f'duban:target_named:value{{target="t{n}",name="目标{n}",unit="%"}}' for n in range(23)),
    *(f'duban:satisfaction_named:ratio{{unit="c{n}",name="单位{n}"}}' for n in range(44)),
    *(f'duban:stage_goal_past_due:seconds{{plan="p{n}",goal="g{n}"}}' for n in range(16)),
    *(f'duban:ratings:count{{level="{level}"}}' for level in range(1, 6)),
    *(f'duban:ratings:increase1h{{level="{level}"}}' for level in range(1, 6)),
    *(f'duban:ratings_bad:increase1d{{unit="c{n}"}}' for n in range(44)),
    "duban:ratings_good:ratio",
    'duban:feed_records:increase1h{source="push",outcome="accepted"}',
    'duban:notices:increase1h{rung="warned",late="false"}',
    'duban:notices:increase1h{rung="warned",late="true"}',
    "duban:notice_lateness_seconds:p50_15m",
    "duban:notice_lateness_seconds:p99_15m",
    'duban:parcels:increase1h{channel="log",outcome="sent"}',
]


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` up to and without `end`, seconds since 1970."""

    first: int
    end: int

    def blocks(self) -> Iterator["Span"]:
        """Cut it where blocks begin."""
        first = self.first
        while first < self.end:
            end = min((first // BLOCK + 1) * BLOCK, self.end)
            yield Span(first, end)
            first = end


def series() -> list[str]:
    """List what a district exports and what is recorded of it, as `name{labels}`."""
    ours = [_written(sample.name, sample.labels) for sample in _exposed()]
    one_each = [one for one in [*OTHERS, *FEEDS] if not one.startswith("duban_bus_")]
    bus = sorted({one.split("{")[0] for one in OTHERS if one.startswith("duban_bus_")})
    found = [*ours, *one_each, *(f"{name}{{{pair}}}" for name in bus for pair in FEED_GROUPS), *RECORDED]
    return sorted(found, key=lambda one: one.split("{")[0])


def write(folder: Path, span: Span, *, jobs: int) -> int:
    """Write all series over `span` into the data directory `folder`; gives how many samples."""
    found = series()
    with ThreadPoolExecutor(jobs) as threads:
        return sum(threads.map(partial(_block, folder, found), span.blocks()))


def _block(folder: Path, found: Sequence[str], span: Span) -> int:
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".om") as text:
        courses = {kind: _courses(kind, span) for kind in KINDS}
        for place, one in enumerate(found):
            tails = courses[_kind(one)][place % VARIANTS]
            text.write(one + f"\n{one}".join(tails) + "\n")
        text.write("# EOF\n")
        text.flush()
        size = f"--max-block-duration={BLOCK // 3600}h"
        command = [
            "promtool",
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            size,
            "-q",
            text.name,
            str(folder),
        ]
        subprocess.run(command, check=True, capture_output=True)
    return len(found) * len(range(span.first, span.end, STEP))


# How the value of a series goes, by its name: of the sample's time, and of the course that the series takes.
KINDS: dict[str, Callable[[int, int], float]] = {
    r"_info$|^up$|_up$|_readable$": lambda _time, _course: 1,
    r"_business_time_": lambda time, _course: time,
    r"_due_timestamp_seconds$|last_record": lambda _time, course: 1_700_000_000 + course,
    r"_total$|_bucket$": lambda time, course: time // STEP * (course + 1),
    r"ratio$": lambda time, course: 0.9 + (time // 86400 + course) % 9 / 100,
    r"_met$": lambda time, course: (time // 604800 + course) % 2,
    r"": lambda time, course: (time // 86400 + course) % 17 + 1,
}


def _kind(one: str) -> str:
    name, _, _ = one.partition("{")
    return next(pattern for pattern in KINDS if re.search(pattern, name))


def _courses(kind: str, span: Span) -> list[list[str]]:
    value = KINDS[kind]
    times = range(span.first, span.end, STEP)
    return [[f" {value(time, course)} {time}" for time in times] for course in range(VARIANTS)]


def _exposed() -> Iterator[Sample]:
    text = make.exposed(crowded())
    return (sample for family in text_string_to_metric_families(text) for sample in family.samples)


def _written(name: str, labels: dict[str, str]) -> str:
    inner = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inner}}}"
