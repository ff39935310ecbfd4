"""Alembic's entry for the gateway service."""

from services.gateway.models import Base
from shared.migrations import run

run(Base.metadata)
