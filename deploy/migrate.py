"""Brings the services' databases to their newest versions: waits for each to answer, then migrates; safe to repeat."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import create_engine, pool
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from shared import migrations
from shared.database import sync_url
from shared.errors import Invalid, Retryable

SERVICES = ("tasks", "notify", "metrics", "gateway")
WAIT = timedelta(seconds=60)
PAUSE = timedelta(seconds=1)


def migrate(
    service: str = "",
    *,
    environment: Mapping[str, str] = os.environ,
    wait: timedelta = WAIT,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Migrate the database of `service`, or of every service whose DUBAN_<SERVICE>_DATABASE_URL is set.

    Args:
        service: tasks, notify, metrics or gateway; empty for all.
        environment: Where the URLs are.
        wait: How long to wait, in real time, for a database that does not answer.
        sleep: Pauses for a number of seconds.

    Raises:
        Invalid: There is no such service, or no URL.
        Retryable: A database did not answer in time.
    """
    for name, url in _urls(service, environment):
        _await_database(name, url, tries=1 + wait // PAUSE, sleep=sleep)
        migrations.upgrade(name, url)
        _say(f"the database of {name} is at its newest version")


def _urls(service: str, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    if service and service not in SERVICES:
        raise Invalid(
            f"没有服务 {service}，可选：{'、'.join(SERVICES)}", code="service.unknown", field="service"
        )
    wanted = (service,) if service else SERVICES
    urls = [(name, environment.get(f"DUBAN_{name.upper()}_DATABASE_URL", "")) for name in wanted]
    found = [(name, url) for name, url in urls if url]
    if not found:
        variable = f"DUBAN_{service.upper() or '<SERVICE>'}_DATABASE_URL"
        raise Invalid(
            f"没有设置数据库地址，请设置环境变量 {variable}", code="database.missing", field=variable
        )
    return found


def _await_database(name: str, url: str, *, tries: int, sleep: Callable[[float], None]) -> None:
    place = make_url(url).render_as_string(hide_password=True)
    timeout = {} if url.startswith("sqlite") else {"connect_timeout": 5}
    engine = create_engine(sync_url(url), poolclass=pool.NullPool, connect_args=timeout)
    for attempt in range(1, tries + 1):
        try:
            engine.connect().close()
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[-1]
            _say(f"waiting for the database of {name} at {place}: {reason} ({attempt}/{tries})")
            sleep(PAUSE.total_seconds())
        else:
            return
    raise Retryable(
        f"{name} 的数据库 {place} 没有应答，请检查数据库后重试", code="database.unavailable", field=name
    )


def _say(line: str) -> None:
    sys.stderr.write(f"duban: {line}\n")
