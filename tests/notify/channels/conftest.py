"""The doubles run once for each module and forget between tests; a channel that a test opens is closed."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from services.notify.channels.building import BuiltChannel
from tests.notify.channels import made
from tests.notify.channels.doubles import HttpDouble, http_double
from tests.notify.channels.smtp_double import SmtpDouble, smtp_double

Open: TypeAlias = Callable[..., BuiltChannel]


@pytest.fixture(scope="module")
def _double() -> Iterator[HttpDouble]:
    with http_double() as server:
        yield server


@pytest.fixture
def double(_double: HttpDouble) -> HttpDouble:
    _double.forget()
    return _double


@pytest.fixture(scope="module")
def _mail_server() -> Iterator[SmtpDouble]:
    with smtp_double() as server:
        yield server


@pytest.fixture
def mail_server(_mail_server: SmtpDouble) -> SmtpDouble:
    _mail_server.taken.clear()
    return _mail_server


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Open]:
    channels: list[BuiltChannel] = []

    def open_one(*args: object, **changes: object) -> BuiltChannel:
        channels.append(made.channel(tmp_path, *args, **changes))  # type: ignore[arg-type]  # The tests name them.
        return channels[-1]

    yield open_one
    for one in channels:
        await one.close()
