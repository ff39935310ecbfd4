"""Rows of rectifications 差评整改: steps that never change, each once."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.models import RectificationStep
from services.metrics.repository import insert_into


async def add_step(session: AsyncSession, **values: object) -> None:
    """Keep a step; one that is there stays as it is."""
    row = {"holds": False, "word": "", "level": None, "is_named": False, "unit_id": "", "by": ""} | values
    new = insert_into(RectificationStep, session.get_bind().dialect.name).values(row)
    await session.execute(new.on_conflict_do_nothing())
