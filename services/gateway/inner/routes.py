"""Which public routes go on to an inner service, and with which scope: rows of data, read by `inner.api`."""

from typing import Literal, NamedTuple

Service = Literal["tasks", "notify", "metrics", "gateway"]
SERVICE_NAMES: dict[str, str] = {
    "tasks": "督办事项服务",
    "notify": "提醒服务",
    "metrics": "指标服务",
    "gateway": "网关",
}


class Route(NamedTuple):
    """One public route; the inner service has the same path.

    Attributes:
        query: Names of the query parameters, for the OpenAPI document; all are passed on.
        body: Content type of the body, or empty for none.
    """

    method: str
    path: str
    service: Service
    scope: str
    summary: str
    query: tuple[str, ...] = ()
    body: str = ""


JSON = "application/json"
ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/plans",
        "tasks",
        "plans:write",
        "导入方案文档；confirm=false 只试算",
        ("filename", "confirm"),
        "application/octet-stream",
    ),
    Route("GET", "/plans", "tasks", "plans:read", "列出方案"),
    Route("GET", "/plans/{plan_id}", "tasks", "plans:read", "查看方案的阶段目标、量化目标和频次"),
    Route(
        "GET",
        "/tasks",
        "tasks",
        "tasks:read",
        "列出和筛选督办事项",
        ("plan", "state", "unit", "role", "light", "due_from", "due_to", "q", "limit", "after"),
    ),
    Route("GET", "/tasks/{task_id}", "tasks", "tasks:read", "查看督办事项"),
    Route(
        "POST",
        "/tasks/{task_id}/moves",
        "tasks",
        "tasks:write",
        "交办、签收、办理、提交、退回、复核、办结",
        (),
        JSON,
    ),
    Route("GET", "/units", "tasks", "tasks:read", "列出单位"),
    Route("PUT", "/units/{unit_id}", "tasks", "plans:write", "修改单位名称和别名", (), JSON),
    Route("GET", "/calendar/{year}", "tasks", "tasks:read", "查看工作日历"),
    Route("PUT", "/calendar/{year}", "tasks", "plans:write", "设置工作日历", (), JSON),
    Route(
        "GET",
        "/notices",
        "notify",
        "tasks:read",
        "列出提醒",
        ("recipient", "task", "rung", "limit", "after"),
    ),
    Route("GET", "/rules", "notify", "tasks:read", "查看提醒规则"),
    Route("GET", "/indicators", "metrics", "indicators:read", "查看量化目标及现值", ("plan", "task")),
    Route("GET", "/ratings/summary", "metrics", "indicators:read", "查看好差评汇总", ("unit", "from", "to")),
    Route("GET", "/stage-goals", "metrics", "indicators:read", "查看阶段目标进度"),
)


class OpsRoute(NamedTuple):
    """One operations route of every service; public under `/ops/{service}`."""

    method: str
    path: str
    scope: str
    summary: str


OPS_ROUTES: tuple[OpsRoute, ...] = (
    OpsRoute("GET", "/bus", "ops:read", "查看总线状态"),
    OpsRoute("POST", "/bus/repair", "ops:write", "修复总线"),
    OpsRoute("GET", "/dead", "ops:read", "列出死信"),
    OpsRoute("GET", "/dead/{feed}/{sequence}", "ops:read", "查看死信"),
    OpsRoute("POST", "/dead/{feed}/{sequence}/replay", "ops:write", "重放死信"),
    OpsRoute("POST", "/dead/{feed}/{sequence}/discard", "ops:write", "丢弃死信"),
)
