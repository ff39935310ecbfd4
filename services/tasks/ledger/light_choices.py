"""Which light rule holds: chosen by the supervision office, kept with its date, so that the past keeps its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.ledger.domain_light_rules import DEFAULT_NAME, LightRule, rule_named
from services.tasks.ledger.domain_permits import check_supervisor
from services.tasks.models import LightChoiceRow
from shared.database import Tx
from shared.errors import Invalid


async def rule_at(session: AsyncSession, instant: datetime | None = None) -> LightRule:
    """Give the rule that held at an instant, or that holds now."""
    stated = select(LightChoiceRow.rule).order_by(LightChoiceRow.since.desc()).limit(1)
    stated = stated if instant is None else stated.where(LightChoiceRow.since <= instant)
    return rule_named(await session.scalar(stated) or DEFAULT_NAME)


async def choices(session: AsyncSession) -> Sequence[LightChoiceRow]:
    """Read all choices, the latest first."""
    return (await session.scalars(select(LightChoiceRow).order_by(LightChoiceRow.since.desc()))).all()


async def choose_rule(tx: Tx, name: str, reason: str, act: Act) -> None:
    """Let a shipped rule hold from now on; one that holds already is not chosen again.

    Raises:
        Forbidden: Somebody else than the supervision office asks.
        Invalid: There is no such rule, or no reason.
    """
    check_supervisor(act.actor, word="更换亮灯规则")
    rule = rule_named(name)
    if not reason.strip():
        raise Invalid("更换亮灯规则须说明理由（reason）", code="light_rule.reason", field="reason")
    if rule == await rule_at(tx.session):
        return
    row = LightChoiceRow(since=act.at, rule=rule.name, chosen_by=act.actor.id, reason=reason.strip())
    await tx.session.merge(row)
