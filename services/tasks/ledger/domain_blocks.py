"""Which task blocks which 卡点: one may block several, and none, through however many others, itself."""

from collections.abc import Collection, Iterable, Mapping

from services.tasks.ledger.domain import STATE_WORDS, State
from services.tasks.ledger.domain_deadlines import ENDED
from shared.errors import Conflict, Invalid


def find_path(blocks: Mapping[str, Collection[str]], start: str, goal: str) -> tuple[str, ...] | None:
    """Find how `start` blocks `goal`, through which others; None when it does not.

    Args:
        blocks: The tasks that each task blocks.
        start: The first of the path.
        goal: The last of it.
    """
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:  # Grows while it is read: the shortest paths come first.
        if path[-1] == goal:
            return path
        fresh = [task for task in blocks.get(path[-1], ()) if task not in seen]
        seen.update(fresh)
        paths += [(*path, task) for task in fresh]
    return None


def check_acyclic(blocks: Mapping[str, Collection[str]], blocker: str, wanted: Iterable[str]) -> None:
    """Pass when `blocker` may block `wanted`.

    Raises:
        Conflict: One of them blocks it already, so that both would wait for ever; the message names the way.
        Invalid: It is to block itself.
    """
    for blocked in wanted:
        if blocked == blocker:
            raise Invalid(f"事项 {blocker} 不能阻塞自身", code="block.itself", field="blocks")
        if path := find_path(blocks, blocked, blocker):
            way = " → ".join((*path, blocked))
            message = f"会形成循环阻塞：{way}，请先解除其中一项"
            raise Conflict(message, code="block.cycle", field="blocks", path=list(path))


def may_wait(blocks: Mapping[str, Collection[str]], blocker: str, task_id: str, state: State) -> bool:
    """Tell whether `blocker` may block a task again: that goes on, and does not hold `blocker` up itself."""
    return state not in ENDED and find_path(blocks, task_id, blocker) is None


def check_blockable(task_id: str, state: State) -> None:
    """Pass for a task that goes on.

    Raises:
        Conflict: It is done or cancelled, so that it neither blocks nor waits.
    """
    if state in ENDED:
        message = f"事项 {task_id} 处于“{STATE_WORDS[state]}”，不能再设阻塞关系"
        raise Conflict(message, code="block.ended", field="blocks", task_id=task_id, state=state)
