"""The kinds of tasks, one small file each; whoever adds a kind writes its file and lists it here."""

from collections.abc import Mapping

from services.tasks.ledger.kinds import (
    action,
    approval,
    arrears,
    duty,
    instruction,
    order,
    problem,
    project,
    promise,
    rectification,
    request,
)
from services.tasks.ledger.kinds.kind import Kind
from shared.errors import Invalid

_ALL = (
    action.KIND,
    instruction.KIND,
    problem.KIND,
    request.KIND,
    approval.KIND,
    arrears.KIND,
    duty.KIND,
    project.KIND,
    promise.KIND,
    rectification.KIND,
    order.KIND,
)
KINDS: Mapping[str, Kind] = {one.id: one for one in _ALL}
PRIVATE = frozenset(one.id for one in _ALL if one.private)


def kind_of(kind_id: str) -> Kind:
    """Give a kind by its id.

    Raises:
        Invalid: There is none; the message names those that there are.
    """
    if kind_id not in KINDS:
        known = "、".join(f"{one.word}（{one.id}）" for one in KINDS.values())
        message = f"没有事项类型 {kind_id}，可用：{known}"
        raise Invalid(message, code="kind.unknown", field="kind")
    return KINDS[kind_id]


__all__ = ["KINDS", "PRIVATE", "Kind", "kind_of"]
