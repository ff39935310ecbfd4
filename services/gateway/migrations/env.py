"""Alembic's entry for the gateway service."""

from services.gateway.models import Base
from services.gateway.vault import models as _vault  # noqa: F401 - its tables are the gateway's too.
from shared.migrations import run

run(Base.metadata)
