"""Who may call which route of metrics, as one table that people can read; what is not listed is refused."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from shared.errors import Forbidden
from shared.principal import UNIT_ROLES, Principal

Check = Callable[..., Awaitable[Principal]]

PLANNERS = frozenset({"supervisor", "plan_office"})  # 督查室, 营商办: they set the rules of rates.
READERS = PLANNERS | UNIT_ROLES | {"leader", "auditor"}
CLERK_READERS = PLANNERS  # Figures of one person: for supervisors, and for that person's own unit.
APPEALERS = UNIT_ROLES  # Who a score is about.
# They approve exemptions 容错 and release lists; never what they asked for themselves.
DECIDERS = frozenset({"leader", "supervisor"})
DRAFT_READERS = PLANNERS | {"leader", "auditor"}  # A list is nobody else's business before it is released.
RECORD_KEEPERS = frozenset({"organisation"})  # 组织部: performance records 干部实绩档案.
SCORE_READERS = READERS | RECORD_KEEPERS
# All but the keepers see what is about themselves.
RECORD_READERS = RECORD_KEEPERS | UNIT_ROLES | PLANNERS | {"leader"}
# Of a survey, all that it says, and a unit what was said about itself.
RESULT_READERS = DRAFT_READERS | UNIT_ROLES
FINDERS = PLANNERS | {"auditor"}  # Findings accuse: a unit is heard before it reads them.
LIMITERS = frozenset({"supervisor"})  # They say what counts as a finding.

REPORTERS = UNIT_ROLES | {"supervisor"}  # A unit of its own indicators; 督查室 and 营商办 in its stead.

READING, WRITING, ANSWERING = "indicators:read", "plans:write", "tasks:write"
ASSESSING = "assessment:write"
Rule = tuple[str, str, str, frozenset[str]]
# Method, path, scope, roles.
RULES: tuple[Rule, ...] = (
    # indicators 指标
    ("GET", "/indicators", READING, READERS),
    ("GET", "/indicators/catalogue", READING, READERS),
    ("GET", "/indicators/{indicator_id}", READING, READERS),
    ("GET", "/indicators/{indicator_id}/rows", READING, READERS),
    ("POST", "/indicators/upload", ANSWERING, REPORTERS),
    ("POST", "/indicators/{indicator_id}/values", ANSWERING, REPORTERS),
    ("PUT", "/indicators/{indicator_id}/setting", WRITING, PLANNERS),
    ("GET", "/stage-goals", READING, READERS),
    ("GET", "/ratings/summary", READING, READERS),
    # rates 比率
    ("GET", "/rates", READING, READERS),
    ("GET", "/rates/{rate}", READING, READERS),
    ("GET", "/rates/{rate}/rows", READING, READERS),
    ("GET", "/rates/{rate}/rule", READING, READERS),
    ("PUT", "/rates/{rate}/rule", WRITING, PLANNERS),
    # 好差评: integrity and the month
    ("GET", "/ratings/findings", READING, FINDERS),
    ("GET", "/ratings/findings/limits", READING, FINDERS),
    ("PUT", "/ratings/findings/limits", WRITING, LIMITERS),
    ("GET", "/ratings/statistics", READING, READERS),
    ("GET", "/ratings/statistics.xlsx", READING, READERS),
    # summaries, which papers are made of
    ("GET", "/feed-summaries", READING, READERS),
    ("POST", "/feed-summaries", WRITING, PLANNERS),
    ("PUT", "/feed-summaries/kinds/{kind}", WRITING, PLANNERS),
    # assessment 考核
    ("GET", "/assessment/schemes", READING, SCORE_READERS),
    ("GET", "/assessment/schemes/{scheme}", READING, SCORE_READERS),
    ("PUT", "/assessment/schemes/{scheme}", ASSESSING, PLANNERS),
    ("POST", "/assessment/schemes/{scheme}/preview", ASSESSING, PLANNERS),
    ("GET", "/assessment/periods", READING, SCORE_READERS),
    ("POST", "/assessment/periods", ASSESSING, PLANNERS),
    ("GET", "/assessment/periods/{period}", READING, SCORE_READERS),
    ("POST", "/assessment/periods/{period}/preview", ASSESSING, PLANNERS),
    ("POST", "/assessment/periods/{period}/closing", ASSESSING, PLANNERS),
    ("POST", "/assessment/periods/{period}/rescoring", ASSESSING, PLANNERS),
    ("POST", "/assessment/periods/{period}/final", ASSESSING, PLANNERS),
    ("GET", "/assessment/periods/{period}/changes", READING, DRAFT_READERS),
    ("GET", "/assessment/periods/{period}/corrections", READING, DRAFT_READERS),
    ("GET", "/assessment/periods/{period}/scores", READING, SCORE_READERS),
    ("GET", "/assessment/periods/{period}/scores/{unit}", READING, SCORE_READERS),
    ("GET", "/assessment/periods/{period}/scores/{unit}/lines/{line}/rows", READING, SCORE_READERS),
    ("GET", "/assessment/periods/{period}/scores/{unit}/report.docx", READING, SCORE_READERS),
    ("GET", "/assessment/periods/{period}/scores/{unit}/report.xlsx", READING, SCORE_READERS),
    ("GET", "/assessment/observations", READING, DRAFT_READERS),
    ("POST", "/assessment/observations", ASSESSING, PLANNERS),
    ("GET", "/assessment/appeals", READING, READERS),
    ("POST", "/assessment/appeals", ASSESSING, APPEALERS),
    ("POST", "/assessment/appeals/{appeal}/decision", ASSESSING, PLANNERS),
    ("GET", "/assessment/exemptions", READING, READERS),
    ("POST", "/assessment/exemptions", ASSESSING, APPEALERS | PLANNERS),
    ("POST", "/assessment/exemptions/{exemption}/decision", ASSESSING, DECIDERS),
    ("GET", "/assessment/lists", READING, SCORE_READERS),
    ("POST", "/assessment/lists", ASSESSING, PLANNERS),
    ("POST", "/assessment/lists/{name}/release", ASSESSING, DECIDERS),
    ("POST", "/assessment/lists/{name}/withdrawal", ASSESSING, DECIDERS | PLANNERS),
    ("GET", "/assessment/records", READING, RECORD_READERS),
    ("POST", "/assessment/records", ASSESSING, RECORD_KEEPERS),
    ("POST", "/assessment/records/{name}/objection", ASSESSING, RECORD_READERS),
    ("POST", "/assessment/records/{name}/answer", ASSESSING, RECORD_KEEPERS),
    # surveys 测评
    ("GET", "/surveys", READING, DRAFT_READERS),
    ("POST", "/surveys", ASSESSING, PLANNERS),
    ("GET", "/surveys/{survey}", READING, DRAFT_READERS),
    ("POST", "/surveys/{survey}/invitations", ASSESSING, PLANNERS),
    ("POST", "/surveys/{survey}/opening", ASSESSING, PLANNERS),
    ("POST", "/surveys/{survey}/closing", ASSESSING, PLANNERS),
    ("GET", "/surveys/{survey}/results", READING, RESULT_READERS),
)
TABLE = {(method, path): (scope, roles) for method, path, scope, roles in RULES}


def permit(check: Check) -> Check:
    """Build what every route depends on: who asks, let in only with the route's scope and one of its roles."""

    async def permitted(request: Request, who: Annotated[Principal, Depends(check)]) -> Principal:
        scope, roles = TABLE.get((request.method, request.scope["route"].path), ("", frozenset[str]()))
        who.require(scope)
        who.require_role(roles)
        return who

    return permitted


def check_unit(who: Principal, unit: str | None, own: tuple[str, ...], *, about: str) -> str | None:
    """Give the unit whose people `who` may see: the one asked for, or their own where they may see no other.

    Args:
        who: Who asks.
        unit: Which unit is asked about; None for all.
        own: The unit of `who`, by its id and codes.
        about: What is asked for, in words.

    Raises:
        Forbidden: It is neither theirs nor are they supervisors.
    """
    if who.role in CLERK_READERS:
        return unit
    is_own = who.role in UNIT_ROLES and bool(who.unit) and unit in {None, *own}
    if not is_own:
        message = f"{about}只对本单位和督查、方案主管人员开放，请去掉该条件或联系督查室"
        raise Forbidden(message, code="rate.clerk", field="by")
    return unit or who.unit
