"""`stack.warm_start` and `stack.idle_rss`: `duban up` on data that it has, beside bare processes of the same kinds.

Memory is proportional (PSS): a page that several processes share counts once, divided among them.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

from redis import Redis

from shared.testing_servers import ValkeyServer
from tests.bench.bench_gateway import program
from tests.bench.result import InputMissingError, Result
from tests.bench.size import either
from tests.e2e.stack import free_port

NAMES = ("stack.warm_start", "stack.idle_rss")
RUNS = either(5, 1)
REST_S = either(15, 1)
BARE = ("supervisor", "service", "service", "service", "service")
START = (
    "`duban up` on existing data until it says ready; five interpreters with the same libraries, all at once"
)
IDLE = "PSS of `duban up` with Valkey, at rest; five interpreters with the same libraries and an empty Valkey"


def await_word(process: "Popen[str]", word: str) -> None:
    """Read what a process says until `word` comes."""
    assert process.stdout is not None
    said = ""
    while word not in said:
        line = process.stdout.readline()
        assert line, f"it ended early: {said}"
        said += line


@contextmanager
def ours(data: Path) -> Iterator[int]:
    """Run `duban up` until the block ends; gives its process id when it is ready."""
    with program("deploy.cli", "up", "--data", str(data), "--port", str(free_port())) as up:
        await_word(up, "Ctrl-C")
        yield up.pid


@contextmanager
def bare() -> Iterator[list[int]]:
    """Run the bare processes until the block ends; gives their ids when all have imported everything."""
    with ExitStack() as stack:
        processes = [stack.enter_context(program("tests.bench.bare_process", kind)) for kind in BARE]
        for process in processes:
            await_word(process, "ready")
        yield [process.pid for process in processes]


def family(pid: int) -> list[int]:
    """List a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def megabytes(pids: list[int]) -> float:
    """Give the proportional memory of processes, in MB (10^6 bytes)."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    return sum(int(text.split("\nPss:")[1].split()[0]) for text in rollups) * 1024 / 1e6


def start_seconds(data: Path) -> tuple[float, float]:
    """Time one start of each side."""
    began = time.perf_counter()
    with ours(data):
        took = time.perf_counter() - began
    began = time.perf_counter()
    with bare():
        return took, time.perf_counter() - began


def warm_start(data: Path) -> Result:
    """Compare the starts."""
    with ours(data):
        pass  # The first start makes the data.
    runs = [start_seconds(data) for _ in range(RUNS)]
    started, imported = (statistics.median(side) for side in zip(*runs, strict=True))
    return Result("stack.warm_start", started, imported, "s", START)


def idle_memory(data: Path, folder: Path) -> Result:
    """Compare the memory, one side after the other, so that they share nothing."""
    with ours(data) as pid:
        time.sleep(REST_S)
        members = family(pid)
        assert len(members) == len(BARE) + 1, members
        used = megabytes(members)
    valkey = ValkeyServer(folder)
    valkey.start()
    try:
        with bare() as pids, Redis.from_url(valkey.url) as client:
            time.sleep(REST_S)
            needed = megabytes([*pids, client.info("server")["process_id"]])
    finally:
        valkey.kill()
    return Result("stack.idle_rss", used, needed, "MB", IDLE)


def compare() -> list[Result]:
    """Measure both on one data directory, where Linux tells the memory of a process."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise InputMissingError("there is no /proc/<pid>/smaps_rollup here")
    folder = Path(tempfile.mkdtemp(prefix="duban-"))
    try:
        return [warm_start(folder / "data"), idle_memory(folder / "data", folder)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def measure() -> list[Result]:
    """Measure both."""
    return await asyncio.to_thread(compare)
