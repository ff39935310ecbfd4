"""Who may call which route of notify, as one table that people can read; what is not listed is refused.

What of it a unit is shown, and which notices it may answer, the routes decide: its own.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from shared.errors import Forbidden
from shared.principal import UNIT_ROLES, Principal

Check = Callable[..., Awaitable[Principal]]

OFFICE = frozenset({"supervisor"})  # 督查室
WRITERS = OFFICE | {"plan_office"}  # They edit and release papers.
OVERSEERS = WRITERS | {"leader", "auditor"}
READERS = OVERSEERS | UNIT_ROLES
KEEPERS = OFFICE | {"sysadmin"}  # Addresses are personal data, so few may read them.

READ, WRITE, PLAN = "tasks:read", "tasks:write", "plans:write"
Rule = tuple[str, str, str, frozenset[str]]
# Method, path, scope, roles.
RULES: tuple[Rule, ...] = (
    # notices 提醒, the inbox, messages; a unit's are its own
    ("GET", "/notices", READ, READERS),
    ("GET", "/inbox", READ, READERS),
    ("POST", "/inbox/{notice_id}/acknowledgement", WRITE, OFFICE | UNIT_ROLES),
    ("POST", "/inbox/{notice_id}/snooze", WRITE, OFFICE | UNIT_ROLES),
    ("GET", "/parcels", READ, READERS),
    ("GET", "/burden/messages", READ, READERS),
    ("GET", "/forecast", READ, READERS),
    ("POST", "/forecast", READ, OVERSEERS),
    ("GET", "/tasks/{task_id}/proof", READ, READERS),
    ("GET", "/tasks/{task_id}/proof.docx", READ, READERS),
    # services 办件
    ("GET", "/services", READ, READERS),
    ("GET", "/services/{service_id}", READ, READERS),
    # rules, silences 静默, contacts 通讯录
    ("GET", "/rules", READ, READERS),
    ("GET", "/rules/versions", READ, READERS),
    ("GET", "/rules/versions/{version}", READ, READERS),
    ("PUT", "/rules", WRITE, OFFICE),
    ("GET", "/silences", READ, READERS),
    ("POST", "/silences", WRITE, OFFICE),
    ("POST", "/silences/{silence_id}/end", WRITE, OFFICE),
    ("GET", "/contacts", WRITE, KEEPERS),
    ("PUT", "/contacts", WRITE, KEEPERS),
    # papers 公文; an instruction becomes a task in the name of who enters it
    ("GET", "/papers", READ, OVERSEERS),
    ("GET", "/papers/{paper_id}.docx", READ, OVERSEERS),
    ("GET", "/papers/{paper_id}.xlsx", READ, OVERSEERS),
    ("GET", "/papers/{paper_id}", READ, OVERSEERS),
    ("PUT", "/papers/{paper_id}", PLAN, WRITERS),
    ("POST", "/papers/{paper_id}/release", PLAN, WRITERS),
    ("POST", "/papers/{paper_id}/withdrawal", PLAN, WRITERS),
    ("POST", "/papers/{paper_id}/instructions", WRITE, OFFICE),
)
TABLE = {(method, path): (scope, roles) for method, path, scope, roles in RULES}


def permit(check: Check) -> Check:
    """Build what every route depends on: who asks, let in only with the route's scope and one of its roles."""

    async def permitted(request: Request, who: Annotated[Principal, Depends(check)]) -> Principal:
        rule = TABLE.get((request.method, request.scope["route"].path))
        if rule is None:
            raise Forbidden("该地址未开放", code="role.refused", field="role", roles=[])
        scope, roles = rule
        who.require(scope)
        who.require_role(roles)
        return who

    return permitted
