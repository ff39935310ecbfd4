"""The year of feeds, played once for all tests of it; `FEEDS_FOLDER` keeps what the services wrote."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill.feeds.played import Year, play_year


@pytest.fixture(scope="package")
def year() -> Iterator[Year]:
    kept = os.environ.get("FEEDS_FOLDER")
    folder = Path(kept or tempfile.mkdtemp(prefix="duban-year-"))
    folder.mkdir(exist_ok=True)
    try:
        yield play_year(folder)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
