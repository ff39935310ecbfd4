"""Alembic's entry for the notify service."""

from services.notify.models import Base
from shared.migrations import run

run(Base.metadata)
