"""Alembic's entry for the tasks service."""

from services.tasks.models import Base
from shared.migrations import run

run(Base.metadata)
