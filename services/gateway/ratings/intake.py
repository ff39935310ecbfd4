"""Group commit: one writer commits together what concurrent requests hand in, and each waits for its commit.

Invariant: `submit` returns only after the transaction that holds its items is on disk (ADR 10).
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from shared.database import Database, SyncTx
from shared.errors import Invalid, Unavailable

log = logging.getLogger(__name__)
Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_ITEMS = 2000  # In one transaction: a commit of more holds the database for too long.
MOST_WAITING = 256  # Submissions; further ones wait for room, which slows their senders down.


@dataclass(slots=True)
class _Submission(Generic[Item, Answer]):
    items: Sequence[Item]
    answers: asyncio.Future[Sequence[Answer]]

    def settle(self, answers: Sequence[Answer]) -> None:
        if not self.answers.done():  # A request that was given up is committed all the same.
            self.answers.set_result(answers)

    def fail(self, error: Exception) -> None:
        if not self.answers.done():
            self.answers.set_exception(error)


class GroupCommit(Generic[Item, Answer]):
    """Collects submissions while a commit is under way, and commits them in the next.

    Args:
        db: Where to write.
        write: Gives one answer for each item; it runs in a thread.
    """

    def __init__(self, db: Database, write: Callable[[SyncTx, Sequence[Item]], Sequence[Answer]]) -> None:
        self._db = db
        self._write = write
        self._queue: asyncio.Queue[_Submission[Item, Answer]] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None
        self._trouble = ""

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="group commit")

    async def stop(self) -> None:
        """End after what is waiting has been written."""
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def problems(self) -> list[str]:
        """Say why the last commit failed, or nothing."""
        return [f"group commit: {self._trouble}"] if self._trouble else []

    @property
    def full(self) -> bool:
        """Whether a further submission would have to wait for room."""
        return self._queue.full()

    async def submit(self, items: Sequence[Item]) -> Sequence[Answer]:
        """Write `items` and give their answers once they are committed to disk.

        Raises:
            Unavailable: The database does not answer; nothing of `items` may be taken as stored.
            Invalid: The database refuses these items, and nothing of them is stored.
        """
        answers: asyncio.Future[Sequence[Answer]] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Submission(items, answers))
        return await answers

    async def _run(self) -> None:
        while True:
            group = await self._collect()
            try:
                await self._commit_group(group)
            finally:
                for _ in group:
                    self._queue.task_done()

    async def _collect(self) -> list[_Submission[Item, Answer]]:
        group = [await self._queue.get()]
        count = len(group[0].items)
        while count < MOST_ITEMS and not self._queue.empty():
            group.append(self._queue.get_nowait())
            count += len(group[-1].items)
        return group

    async def _commit_group(self, group: list[_Submission[Item, Answer]]) -> None:
        try:
            await self._commit(group)
        except Exception as error:
            if _is_outage(error):
                self._give_up(group, error)
            elif len(group) == 1:
                group[0].fail(_refusal(error))
            else:
                # One submission can't be written: the others must not pay for it.
                log.exception("a group of %d submissions failed, trying one by one", len(group))
                for submission in group:
                    await self._commit_group([submission])

    def _give_up(self, group: list[_Submission[Item, Answer]], error: Exception) -> None:
        self._trouble = f"{type(error).__name__}: {getattr(error, 'orig', error)}"
        log.error("the database does not take %d submissions: %s", len(group), self._trouble)
        for submission in group:
            submission.fail(
                Unavailable("评价库暂时不可用，请稍后重发（重发不会重复计数）", code="intake.unavailable")
            )

    async def _commit(self, group: list[_Submission[Item, Answer]]) -> None:
        items = [item for submission in group for item in submission.items]
        answers = await self._db.run_sync(lambda tx: self._write(tx, items))
        self._trouble = ""
        taken = iter(answers)
        for submission in group:
            submission.settle(list(islice(taken, len(submission.items))))


def _is_outage(error: Exception) -> bool:
    """Say whether the database is away, locked or full; whatever else it answers is about the rows."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _refusal(error: Exception) -> Exception:
    """Give what the sender is told: rows that no database takes are the sender's to mend, other failures are ours."""
    if not isinstance(error, DataError | IntegrityError):
        return error
    log.warning("the database refuses the rows of a submission", exc_info=error)
    message = "数据库不接受这次报送的内容，未保存：请核对后重发（重发不会重复计数）"
    return Invalid(message, code="intake.refused")
