"""Rows of rectifications 差评整改: steps that never change, each once."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.metrics.models import RectificationStep
from services.metrics.repository import add_once


async def add_step(session: AsyncSession, **values: object) -> None:
    """Keep a step; one that is there stays as it is."""
    row = {"holds": False, "word": "", "level": None, "is_named": False, "unit_id": "", "by": ""} | values
    await add_once(session, RectificationStep, row)
