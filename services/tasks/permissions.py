"""Who may call which route, as one table that people can read; what is not listed is refused.

The table says which roles come in at all. Whether somebody's own unit, turn or task allows the deed is decided by the
use case (`ledger/domain_parties.py`, `ledger/domain_permits.py`).
"""

from typing import Annotated

from fastapi import Depends, Request

from services.tasks.edge import Check
from services.tasks.ledger.domain import Party
from services.tasks.ledger.domain_parties import ROLES
from shared.errors import Forbidden
from shared.principal import Principal

OFFICE = frozenset({"supervisor"})  # 督查室
PLANNERS = OFFICE | {"plan_office"}  # 营商办 and other offices that keep a plan
UNITS, HEADS = ROLES[Party.UNIT], ROLES[Party.UNIT_HEAD]
LEADERS = frozenset({"leader"})
READERS = PLANNERS | UNITS | LEADERS | {"auditor"}
WATCHERS = PLANNERS | LEADERS | {"auditor"}  # Who look at units from outside.
DECIDERS = OFFICE | LEADERS  # A supervisor enters the decision of a leader who is named.
KEEPERS = PLANNERS | {"sysadmin"}  # Of names of units and of the calendar.

ROLE_WORDS = {
    "supervisor": "督查人员",
    "plan_office": "方案主管",
    "unit": "单位经办人",
    "unit_lead": "单位负责人",
    "liaison": "联络员",
    "leader": "领导",
    "auditor": "审计员",
    "organisation": "组织人事人员",
    "sysadmin": "系统管理员",
    "secadmin": "安全管理员",
    "auditadmin": "审计管理员",
    "feed": "数据来源",
    "ops": "运维人员",
}
Rule = tuple[str, str, frozenset[str]]
# Method, path, roles.
RULES: tuple[Rule, ...] = (
    # plans 方案
    ("GET", "/plans", READERS),
    ("POST", "/plans", PLANNERS),
    ("POST", "/plans/check", PLANNERS),
    ("GET", "/plans/{plan_id}", READERS),
    ("GET", "/plans/{plan_id}/rules", READERS),
    ("PUT", "/plans/{plan_id}/rules", PLANNERS),
    ("GET", "/radar", READERS),
    # tasks 事项; whose move it is, the use case decides
    ("GET", "/tasks", READERS),
    ("POST", "/tasks", OFFICE | HEADS),
    ("GET", "/tasks/{task_id}", READERS),
    ("PATCH", "/tasks/{task_id}", OFFICE),
    ("POST", "/tasks/{task_id}/moves", OFFICE | UNITS),
    ("PUT", "/tasks/{task_id}/members", OFFICE | HEADS),
    ("POST", "/tasks/deadlines", OFFICE),
    ("GET", "/extensions", READERS),
    ("POST", "/tasks/{task_id}/extensions", OFFICE | HEADS),
    ("POST", "/tasks/{task_id}/extensions/{number}/decision", OFFICE),
    ("POST", "/tasks/{task_id}/extensions/{number}/withdrawal", OFFICE | HEADS),
    ("GET", "/links", READERS),
    ("GET", "/links/proposals", READERS),
    ("POST", "/links", OFFICE),
    ("PUT", "/links/{link_id}", OFFICE),
    ("DELETE", "/links/{link_id}", OFFICE),
    ("GET", "/lights/rules", READERS),
    ("PUT", "/lights/rules", OFFICE),
    # attachments 附件; a unit attaches to its own tasks
    ("GET", "/tasks/{task_id}/attachments", READERS),
    ("POST", "/tasks/{task_id}/attachments", OFFICE | UNITS),
    ("GET", "/attachments/{attachment_id}", READERS),
    ("POST", "/attachments/{attachment_id}/withdrawal", OFFICE | UNITS),
    # sheets 台账、填报表
    ("GET", "/ledger.xlsx", READERS),
    ("POST", "/ledger/import", OFFICE),
    ("GET", "/forms/progress.xlsx", OFFICE | UNITS),
    ("POST", "/forms/progress", OFFICE | UNITS),
    ("GET", "/burden", READERS),
    # summaries that papers are made of
    ("GET", "/summaries", READERS),
    ("POST", "/summaries", PLANNERS),
    ("PUT", "/summaries/kinds/{kind}", PLANNERS),
    # measures taken 督办措施
    ("GET", "/measures", READERS),
    ("GET", "/measure-rules", READERS),
    ("GET", "/plates", READERS),
    ("GET", "/tasks/{task_id}/measures", READERS),
    ("POST", "/tasks/{task_id}/measures", OFFICE),
    ("POST", "/measures/{measure_id}/decision", DECIDERS),
    ("POST", "/measures/{measure_id}/lift", DECIDERS),
    # problems 问题清单
    ("GET", "/problems", READERS),
    ("POST", "/problems", OFFICE),
    ("PUT", "/problems/{task_id}", OFFICE | HEADS),
    ("GET", "/tasks/{task_id}/blocks", READERS),
    ("PUT", "/tasks/{task_id}/blocks", OFFICE),
    # inspections 督查活动
    ("GET", "/inspections", READERS),
    ("GET", "/inspection-limits", READERS),
    ("GET", "/inspections/{inspection_id}", READERS),
    ("POST", "/inspections", OFFICE),
    ("POST", "/inspections/{inspection_id}/approval", DECIDERS),
    ("POST", "/inspections/{inspection_id}/start", OFFICE),
    ("POST", "/inspections/{inspection_id}/withdrawal", OFFICE),
    ("POST", "/inspections/{inspection_id}/findings", OFFICE),
    ("POST", "/inspections/{inspection_id}/conclusion", OFFICE),
    ("POST", "/inspections/{inspection_id}/feedback", OFFICE | HEADS),
    ("POST", "/inspections/{inspection_id}/objections", OFFICE | HEADS),
    ("POST", "/inspections/{inspection_id}/objections/{unit_id}/review", DECIDERS),
    ("POST", "/inspections/{inspection_id}/close", OFFICE),
    # recurring duties 例行事项
    ("GET", "/duties", READERS),
    ("GET", "/duties/proposals", READERS),
    ("GET", "/duties/open", READERS),
    ("GET", "/duties/{duty_id}", READERS),
    ("POST", "/duties", OFFICE),
    ("POST", "/duties/{duty_id}/end", OFFICE),
    ("POST", "/duties/report", OFFICE | UNITS),
    # projects 重点项目
    ("GET", "/projects", READERS),
    ("GET", "/projects/pace", READERS),
    ("GET", "/projects/funds", READERS),
    ("GET", "/projects/{task_id}", READERS),
    ("POST", "/projects", OFFICE),
    ("PATCH", "/projects/{task_id}", OFFICE),
    ("POST", "/projects/{task_id}/stage", OFFICE),
    ("POST", "/projects/{task_id}/nodes", OFFICE),
    ("PUT", "/projects/{task_id}/plans/{year}", OFFICE),
    ("POST", "/projects/{task_id}/investment", OFFICE | HEADS),
    ("POST", "/projects/{task_id}/funds", OFFICE | HEADS),
    ("POST", "/projects/{task_id}/elements", OFFICE | HEADS),
    ("POST", "/projects/{task_id}/elements/{number}/done", OFFICE | HEADS),
    ("GET", "/projects/adjustments", READERS),
    ("GET", "/projects/adjustments/{adjustment_id}", READERS),
    ("POST", "/projects/adjustments", OFFICE),
    ("POST", "/projects/adjustments/{adjustment_id}/decisions", OFFICE),
    ("POST", "/projects/adjustments/{adjustment_id}/application", OFFICE),
    # arrears 欠款, requests 诉求, boards 晾晒
    ("GET", "/arrears/ledger", READERS),
    ("GET", "/arrears/{task_id}", READERS),
    ("POST", "/arrears", OFFICE),
    ("POST", "/arrears/reports", OFFICE | HEADS),
    ("PUT", "/arrears/{task_id}/plan", OFFICE | HEADS),
    ("POST", "/arrears/{task_id}/payments", OFFICE | HEADS),
    ("PUT", "/arrears/{task_id}/dispute", OFFICE | HEADS),
    ("POST", "/arrears/{task_id}/reply", OFFICE | HEADS),
    ("POST", "/arrears/{task_id}/verification", OFFICE),
    ("PUT", "/arrears/{task_id}/court", OFFICE),
    ("POST", "/arrears/{task_id}/look-back", OFFICE),
    ("GET", "/requests/cycle", READERS),
    # rectifications 差评整改; whose step it is, the use case decides
    ("GET", "/rectifications", READERS),
    ("GET", "/rectifications/findings", WATCHERS),
    ("GET", "/rectifications/{task_id}", READERS),
    ("GET", "/rectifications/{task_id}/steps", READERS),
    ("POST", "/rectifications/{task_id}/verdict", OFFICE | HEADS),
    ("POST", "/rectifications/{task_id}/review", OFFICE),
    ("POST", "/rectifications/{task_id}/grade", OFFICE),
    ("POST", "/rectifications/{task_id}/appeal", OFFICE | HEADS),
    ("POST", "/rectifications/{task_id}/appeal/decision", OFFICE),
    ("PUT", "/rectifications/{task_id}/ledger", OFFICE | HEADS),
    ("POST", "/rectifications/{task_id}/remedy", OFFICE | HEADS),
    ("POST", "/rectifications/{task_id}/reply", OFFICE | HEADS),
    ("POST", "/rectifications/{task_id}/call-backs", OFFICE),
    ("POST", "/rectifications/{task_id}/closing", OFFICE),
    ("POST", "/rectifications/{task_id}/reopening", OFFICE),
    ("GET", "/rectification-rules", READERS),
    ("PUT", "/rectification-rules", OFFICE),
    # the dispatch directory 派单目录
    ("GET", "/dispatch-rules", READERS),
    ("GET", "/dispatch-rules/unit", READERS),
    ("POST", "/dispatch-rules", OFFICE),
    ("POST", "/dispatch-rules/{rule_id}/end", OFFICE),
    ("GET", "/boards/{kind}", READERS),
    # results of approvals 审管联动; whose they are, the use case decides
    ("GET", "/approvals", READERS),
    ("GET", "/approvals/reconciliation", WATCHERS),
    ("GET", "/approvals/{record_id}", READERS),
    ("POST", "/approvals/{record_id}/claim", OFFICE | HEADS),
    ("POST", "/approvals/{record_id}/decline", OFFICE | HEADS),
    ("POST", "/approvals/{record_id}/supervision", OFFICE | HEADS),
    ("POST", "/approvals/{record_id}/reassignment", OFFICE),
    ("GET", "/approval-rules", READERS),
    ("PUT", "/approval-rules", OFFICE),
    # orders 12345工单; whose move it is, the use case decides
    ("GET", "/orders", READERS),
    ("GET", "/orders/misroutes", READERS),
    ("GET", "/orders/about-offices", DECIDERS),  # 处投诉
    ("GET", "/orders/{task_id}", READERS),
    ("POST", "/orders/{task_id}/dispatch", OFFICE),
    ("POST", "/orders/{task_id}/return", OFFICE | HEADS),
    ("POST", "/orders/{task_id}/return/decision", OFFICE),
    ("POST", "/orders/{task_id}/hard/industry", OFFICE | HEADS),
    ("POST", "/orders/{task_id}/hard/handler", OFFICE | HEADS),
    ("POST", "/orders/{task_id}/merge", OFFICE),
    ("POST", "/orders/{task_id}/refusal", OFFICE),
    ("POST", "/orders/{task_id}/contact", OFFICE | UNITS),
    ("POST", "/orders/{task_id}/answer", OFFICE | HEADS),
    ("POST", "/orders/{task_id}/closing", OFFICE | HEADS),
    ("POST", "/orders/{task_id}/visits", OFFICE),
    ("POST", "/orders/{task_id}/exclusion", DECIDERS),
    ("GET", "/order-directory", READERS),
    ("GET", "/order-directory/match", READERS),
    ("POST", "/order-directory", OFFICE),
    ("POST", "/order-directory/imports", OFFICE),
    ("POST", "/order-directory/{row_id}/end", OFFICE),
    ("GET", "/order-rules", READERS),
    ("PUT", "/order-rules", OFFICE),
    ("GET", "/order-proposals", DECIDERS),
    ("POST", "/order-proposals/{proposal_id}/decision", DECIDERS),
    ("GET", "/knowledge", READERS),
    ("POST", "/knowledge", OFFICE | HEADS),
    ("PUT", "/knowledge/{entry_id}", OFFICE | HEADS),
    ("POST", "/knowledge/{entry_id}/review", HEADS),
    ("POST", "/knowledge/{entry_id}/withdrawal", OFFICE | HEADS),
    # units 单位, calendar 工作日历
    ("GET", "/units", READERS | KEEPERS),
    ("POST", "/units", PLANNERS),
    ("PUT", "/units/{unit_id}", KEEPERS),
    ("PUT", "/units/{unit_id}/codes", KEEPERS),
    ("GET", "/unit-changes", READERS | KEEPERS),
    ("POST", "/units/{unit_id}/changes", PLANNERS),
    ("POST", "/unit-changes/{change_id}/withdrawal", PLANNERS),
    ("GET", "/calendar/{year}", READERS | KEEPERS),
    ("PUT", "/calendar/{year}", KEEPERS),
    ("POST", "/calendar/imports", KEEPERS),
)
TABLE = {(method, path): roles for method, path, roles in RULES}


def permit(check: Check) -> Check:
    """Build what every route of this service depends on: who asks, let through only where the table lists the role."""

    async def permitted(request: Request, who: Annotated[Principal, Depends(check)]) -> Principal:
        allowed = TABLE.get((request.method, request.scope["route"].path), frozenset())
        if who.role not in allowed:
            words = "、".join(ROLE_WORDS.get(role, role) for role in sorted(allowed)) or "（未开放）"
            message = f"角色 {ROLE_WORDS.get(who.role, who.role)} 不能这样做，可以的角色：{words}"
            raise Forbidden(message, code="role.refused", field="role", roles=sorted(allowed))
        return who

    return permitted
