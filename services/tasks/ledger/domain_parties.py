"""Which people may make which move: the one table of parties and roles, and the reasons for a refusal.

Invariant: a supervisor may enter a unit's move on its behalf, and the history says so; nobody judges their own unit.
"""

from collections.abc import Collection
from dataclasses import dataclass

from services.tasks.ledger.domain import MOVE_WORDS, Party, Step
from services.tasks.ledger.domain_chain import REVIEWER_WORDS, Reviewer
from shared.errors import Forbidden, Invalid
from shared.principal import UNIT_ROLES

# Roles of people that are a party: one row each.
ROLES: dict[Party, frozenset[str]] = {
    Party.SUPERVISOR: frozenset({"supervisor"}),
    Party.UNIT: UNIT_ROLES,
    Party.UNIT_HEAD: frozenset({"unit", "unit_lead"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move: an account, its role and the unit it belongs to, if any."""

    id: str
    role: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the units stand to a task.

    Attributes:
        signing: The units that lead it or are responsible for it.
        answering: The one that answers for the whole.
        reviewer: Who reviews next, if it is submitted.
        authority: The unit 主管部门 of the chain.
    """

    signing: Collection[str]
    answering: str | None = None
    reviewer: Reviewer | None = None
    authority: str | None = None


def acting_for(step: Step, actor: Actor, standing: Standing, on_behalf_of: str | None) -> str | None:
    """Check that `actor` may make `step`; give the unit that thereby acts, None for the supervision office.

    Args:
        step: The row of the table.
        actor: Who asks.
        standing: How the units stand to the task.
        on_behalf_of: The unit that the request names; for a unit's move a supervisor may leave it out.

    Raises:
        Forbidden: The actor may not; the message says who may.
        Invalid: `on_behalf_of` makes no sense here.
    """
    if step.party in {Party.UNIT, Party.UNIT_HEAD}:
        if actor.role in ROLES[Party.SUPERVISOR]:
            return _stand_in(standing, on_behalf_of or standing.answering)
        return _check_unit(step, actor, standing, on_behalf_of)
    by_authority = step.party is Party.REVIEWER and standing.reviewer is Reviewer.AUTHORITY
    if by_authority:
        return _check_authority(step, actor, standing, on_behalf_of)
    _check_supervisor(step, actor, standing, on_behalf_of)
    return None


def _check_supervisor(step: Step, actor: Actor, standing: Standing, on_behalf_of: str | None) -> None:
    if actor.role not in ROLES[Party.SUPERVISOR]:
        message = f"只有督查人员可以{MOVE_WORDS[step.move]}"
        raise Forbidden(message, code="task.supervisor_only", field="move")
    if on_behalf_of is not None:
        message = f"{MOVE_WORDS[step.move]}是督查人员自己的动作，不能代单位办理，请去掉 on_behalf_of"
        raise Invalid(message, code="task.on_behalf_senseless", field="on_behalf_of")
    _check_independent(step, actor, standing)


def _check_independent(step: Step, actor: Actor, standing: Standing) -> None:
    if step.independent and actor.unit in standing.signing:
        message = f"本单位（{actor.unit}）牵头或负责的事项须由其他单位的人员{MOVE_WORDS[step.move]}"
        raise Forbidden(message, code="task.own_unit", field="move")


def _check_authority(step: Step, actor: Actor, standing: Standing, on_behalf_of: str | None) -> str:
    """Let the authority's head judge, or a supervisor who enters it on its behalf and belongs to no signing unit."""
    authority = str(standing.authority)
    heads = actor.role in ROLES[Party.UNIT_HEAD] and actor.unit == authority
    entered = actor.role in ROLES[Party.SUPERVISOR] and on_behalf_of == authority
    if not heads and not entered:
        message = (
            f"现在轮到{REVIEWER_WORDS[Reviewer.AUTHORITY]}：请由单位 {authority} {MOVE_WORDS[step.move]}"
        )
        raise Forbidden(message, code="task.authority_first", field="move", unit=authority)
    _check_independent(step, actor, standing)
    return authority


def _stand_in(standing: Standing, unit: str | None) -> str:
    if unit is None or unit not in standing.signing:
        message = f"单位 {unit} 不是该事项的牵头或责任单位，不能代其办理"
        units = sorted(standing.signing)
        raise Invalid(message, code="task.on_behalf_unknown", field="on_behalf_of", units=units)
    return unit


def _check_unit(step: Step, actor: Actor, standing: Standing, on_behalf_of: str | None) -> str:
    if actor.role not in ROLES[step.party] or actor.unit not in standing.signing:
        message = f"只有该事项的牵头、责任单位可以{MOVE_WORDS[step.move]}"
        raise Forbidden(message, code="task.not_yours", field="move", units=sorted(standing.signing))
    if on_behalf_of not in {None, actor.unit}:
        message = f"单位只能以本单位名义办理，不能代 {on_behalf_of}"
        raise Forbidden(message, code="task.on_behalf_refused", field="on_behalf_of")
    return actor.unit
