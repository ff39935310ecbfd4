"""`ratings.single` and `ratings.batch`: real processes, real HTTP on loopback, real Valkey; clients apart."""

import asyncio
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis import Redis

from shared.testing_servers import ValkeyServer
from tests.bench.raw_pipeline import GROUP, STREAM
from tests.bench.result import Result
from tests.bench.size import either
from tests.gateway.processes import Service, answers, free_port, key_for, new_secret, until

NAMES = ("ratings.single", "ratings.batch")
CONNECTIONS, REQUESTS, BATCH, RUNS = 64, either(6_000, 640), either(40_000, 10_000), either(3, 1)
SINGLE = "one rating a POST, committed to disk in a group, relayed and archived; a bare FastAPI route with one XADD"
WHOLE = "NDJSON over HTTP until metrics has counted, the archive reading too; raw pipeline with a raw counting reader"


@contextmanager
def program(module: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run one of our programs until the block ends."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def go(*processes: "subprocess.Popen[str]") -> float:
    """Wait until all are ready, let them begin together, and give the time."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return began


def load(port: int, path: str, key: str) -> float:
    """Post single ratings on 64 connections; gives the answers a second."""
    arguments = (str(port), path, key, str(CONNECTIONS), str(REQUESTS))
    command = [sys.executable, "-m", "tests.bench.http_load", *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def single(gateway: Service, redis_url: str, key: str) -> Result:
    """Compare one rating a POST with a bare route."""
    port = free_port()
    with program("tests.bench.bare_route", str(port), redis_url):
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        sides: list[Callable[[], float]] = [
            lambda: load(gateway.port, "/api/v1/ratings", key),
            lambda: load(port, "/ratings", key),
        ]
        for side in sides:
            side()  # Warm up.
        runs = [[side() for side in sides] for _ in range(RUNS)]
    ours, bare = (statistics.median(run[at] for run in runs) for at in (0, 1))
    return Result("ratings.single", ours, bare, "ratings/s", SINGLE)


def counted(path: Path) -> int:
    """Count the ratings in a reader's database."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT COALESCE(MAX(position), 0) FROM rating").fetchone()[0])


def ours_whole(gateway: Service, folder: Path, key: str) -> float:
    """Measure HTTP to counted, in ratings a second."""
    before = counted(folder / "metrics.db")
    with program("tests.bench.http_batch", str(gateway.port), key, str(BATCH)) as client:
        began = go(client)
        until(lambda: counted(folder / "metrics.db") >= before + BATCH, patience=120)
        return BATCH / (time.perf_counter() - began)


def raw_whole(folder: Path, redis_url: str) -> float:
    """Measure the raw pipeline to counted, in ratings a second."""
    with Redis.from_url(redis_url) as redis:
        redis.delete(STREAM)
        redis.xgroup_create(STREAM, GROUP, "0", mkstream=True)
    for old in folder.glob("raw.db*"):
        old.unlink()
    roles = [(role, redis_url, str(BATCH), str(folder)) for role in ("publish", "read")]
    with ExitStack() as stack:
        processes = [stack.enter_context(program("tests.bench.raw_pipeline", *role)) for role in roles]
        began = go(*processes)
        processes[1].wait(120)
        seconds = time.perf_counter() - began
    assert counted(folder / "raw.db") == BATCH
    return BATCH / seconds


def whole(gateway: Service, folder: Path, redis_url: str, key: str) -> Result:
    """Compare a batch from HTTP to counted with a raw publisher and a raw reader at the same time."""
    ours_whole(gateway, folder, key)  # Warm up.
    runs = [(ours_whole(gateway, folder, key), raw_whole(folder, redis_url)) for _ in range(RUNS)]
    ours, raw = (statistics.median(run[at] for run in runs) for at in (0, 1))
    return Result("ratings.batch", ours, raw, "ratings/s", WHOLE)


async def measure() -> list[Result]:
    """Measure both."""
    folder = Path(tempfile.mkdtemp(prefix="duban-"))
    server = ValkeyServer(folder)
    server.start()
    gateway = Service("gateway", folder, server.url, secret := new_secret())
    metrics = Service("metrics", folder, server.url, secret, DUBAN_GATEWAY_URL=gateway.inner_url)
    try:
        gateway.start()
        metrics.start()
        key = await key_for(gateway, "ratings:write")
        return await asyncio.to_thread(
            lambda: [single(gateway, server.url, key), whole(gateway, folder, server.url, key)]
        )
    finally:
        metrics.stop()
        gateway.stop()
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
