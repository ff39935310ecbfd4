"""Where a service can be killed: hooks around its commits, its appends to the stream and its channel.

They watch SQLAlchemy, the Redis client and the log channel's logger, so nothing in the service knows of them. A step
that the service no longer passes is never hit, and the drill says so.
"""

import json
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

# What a transaction did, told by its statements, the later rows first.
MARKS = (
    ("update lease set", "lease"),
    ("insert into lease", "lease"),
    ("insert into notices", "decide"),
    ("insert into parcels", "begin"),
    ("begun_at=", "begin"),
    ("update stream_cursor", "apply"),
    ("detail=", "end"),
)
STEPS = tuple(
    f"{when} {what}"
    for what in ("apply", "decide", "relay", "begin", "channel", "end")
    for when in ("before", "after")
)
LOGGER = "duban.notices"


class Trap:
    """Kills this process with SIGKILL when it comes to a step for the n-th time; the file says that it did."""

    def __init__(self, step: str, number: int, sprung: Path) -> None:
        self._step, self._left, self._sprung = step, number, sprung

    def reach(self, step: str) -> None:
        """Come to a step."""
        self._left -= step == self._step
        if self._left <= 0 and step == self._step:
            self._sprung.write_text(step)
            os.kill(os.getpid(), signal.SIGKILL)


class World(logging.Handler):
    """The world outside: what the log channel writes arrives here, one line an attempt, beyond any kill."""

    def __init__(self, file: Path, trap: Trap) -> None:
        super().__init__()
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._trap = trap

    def emit(self, record: logging.LogRecord) -> None:
        """Let one message arrive."""
        said = record.__dict__
        line = {"parcel": said["parcel_id"], "number": said["attempt"], "notices": said["notice_ids"]}
        self._trap.reach("before channel")
        os.write(self._file, json.dumps(line).encode() + b"\n")
        self._trap.reach("after channel")


def lay(trap: Trap, arrivals: Path) -> None:
    """Watch every step of this process."""
    _watch_commits(trap)
    _watch_appends(trap)
    logger = logging.getLogger(LOGGER)
    logger.addHandler(World(arrivals, trap))
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _watch_commits(trap: Trap) -> None:
    @event.listens_for(Engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.info["did"] = set()

    @event.listens_for(Engine, "before_cursor_execute")
    def _execute(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        text = " ".join(statement.lower().split())
        connection.info["did"] |= {
            did for mark, did in MARKS if mark in text and not text.startswith("select")
        }

    @event.listens_for(Session, "before_commit")
    def _before(session: Session) -> None:
        did = session.connection().info.get("did", set())
        session.info["step"] = next((step for _, step in MARKS if step in did), "")
        trap.reach(f"before {session.info['step']}")

    @event.listens_for(Session, "after_commit")
    def _after(session: Session) -> None:
        trap.reach(f"after {session.info.get('step', '')}")


def _watch_appends(trap: Trap) -> None:
    execute: Callable[..., Any] = Redis.execute_command  # Any: what Redis answers.

    async def watched(client: Redis, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as Redis has it.
        appends = args[0] == "EVALSHA" and "deadlines" in args and isinstance(args[-1], bytes)
        if appends:
            trap.reach("before relay")
        answer = await execute(client, *args, **options)
        if appends:
            trap.reach("after relay")
        return answer

    Redis.execute_command = watched  # type: ignore[assignment,method-assign]  # In a process that lives to be killed.
