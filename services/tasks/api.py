"""The inner HTTP API of the tasks service: one router for each subject."""

from fastapi import APIRouter

from services.tasks.edge import Check
from services.tasks.ledger import api as ledger
from services.tasks.plans import api as plans
from services.tasks.units import api as units
from services.tasks.workdays import api as workdays
from shared.database import Database


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve plans, tasks, units and the calendar."""
    router = APIRouter()
    for subject in (plans, ledger, units, workdays):
        router.include_router(subject.build_router(db, check))
    return router
