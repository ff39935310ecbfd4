"""Who may do what is no move of the lifecycle: ask for more time, decide on it, set dates, register, link tasks.

Invariant: as with moves, a supervisor may enter what is a unit's, and nobody decides about their own unit.
"""

from collections.abc import Collection

from services.tasks.ledger.domain import Party
from services.tasks.ledger.domain_parties import ROLES, Actor
from shared.errors import Forbidden, Invalid


def is_supervisor(actor: Actor) -> bool:
    """Tell whether somebody acts for the supervision office."""
    return actor.role in ROLES[Party.SUPERVISOR]


def check_supervisor(actor: Actor, *, word: str) -> None:
    """Pass for the supervision office; `word` is what is asked for, in Chinese.

    Raises:
        Forbidden: Somebody else asks.
    """
    if not is_supervisor(actor):
        raise Forbidden(f"只有督查人员可以{word}", code="task.supervisor_only", field="role")


def check_impartial(actor: Actor, signing: Collection[str], *, word: str) -> None:
    """Pass for a supervisor whose own unit does not sign for the task.

    Raises:
        Forbidden: Somebody else asks.
    """
    check_supervisor(actor, word=word)
    if actor.unit in signing:
        message = f"本单位（{actor.unit}）牵头或负责的事项须由其他单位的人员{word}"
        raise Forbidden(message, code="task.own_unit", field="unit")


def unit_acting(actor: Actor, unit: str | None, on_behalf_of: str | None, *, word: str) -> str:
    """Check that `actor` heads `unit`, or is a supervisor in its stead; give the unit.

    Args:
        actor: Who asks.
        unit: The unit whose business it is; None where the task has none yet.
        on_behalf_of: The unit that the request names; a supervisor may leave it out.
        word: What is asked for, in Chinese.

    Raises:
        Forbidden: Somebody else asks.
        Invalid: `on_behalf_of` names another unit, or there is none.
    """
    if unit is None:
        raise Invalid(f"事项还没有可以负责的单位，不能{word}", code="task.no_unit", field="units")
    heads = actor.role in ROLES[Party.UNIT_HEAD] and actor.unit == unit
    if not heads and not is_supervisor(actor):
        message = f"只有单位 {unit} 的负责人或督查人员可以{word}"
        raise Forbidden(message, code="task.not_yours", field="unit", units=[unit])
    if on_behalf_of not in {None, unit}:
        message = f"只能以单位 {unit} 的名义{word}，不能代 {on_behalf_of}"
        raise Invalid(message, code="task.on_behalf_unknown", field="on_behalf_of", units=[unit])
    return unit
