"""Alembic's entry for the gateway service."""

from services.gateway.models import Base
from services.gateway.returns import models as _returns  # noqa: F401 - its tables are the gateway's too.
from shared.migrations import run

run(Base.metadata)
