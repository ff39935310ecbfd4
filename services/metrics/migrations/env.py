"""Alembic's entry for the metrics service."""

from services.metrics.models import Base
from shared.migrations import run

run(Base.metadata)
