"""The check-up of a plan document 方案体检: contradictions and gaps that the document itself shows; pure decisions."""

from services.tasks.checkup.check import check, check_parsed
from services.tasks.checkup.finding import Finding, Rule
from services.tasks.checkup.rules import RULES

__all__ = ["RULES", "Finding", "Rule", "check", "check_parsed"]
