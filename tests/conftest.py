"""What holds for all tests: no test fails because its machine was busy, and none waits for a disk or a collector."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings

settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory; pytest makes folders of its own in it.
ROOM = 4 << 30  # Bytes that must be free there.

if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    # What tests write survives SIGKILL there too, and thousands of commits need not wait for a disk.
    tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Let the collector leave out the code and the tests, which stay to the end, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
