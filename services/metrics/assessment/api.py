"""The routers of assessment, built from its tools."""

from fastapi import APIRouter

from services.metrics.assessment.api_parts import Tools
from services.metrics.assessment.lists import api as lists
from services.metrics.assessment.periods import api as periods
from services.metrics.assessment.periods import api_cases, api_scores
from services.metrics.assessment.schemes import api as schemes
from services.metrics.permissions import Check


def build_routers(tools: Tools, check: Check) -> list[APIRouter]:
    """Serve `/assessment`, to those whom `check` lets in."""
    parts = (schemes, periods, api_scores, api_cases, lists)
    return [part.build_router(tools, check) for part in parts]
