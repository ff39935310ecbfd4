"""Which public routes go on to an inner service, and with which scope: rows of data, read by `inner.api`."""

from services.gateway.inner.routes.assessment import ASSESSMENT
from services.gateway.inner.routes.feeds import FEEDS
from services.gateway.inner.routes.ledger import LEDGER
from services.gateway.inner.routes.metrics import INDICATORS
from services.gateway.inner.routes.notify import NOTICES
from services.gateway.inner.routes.rows import JSON, OpsRoute, Route, answered_by
from services.gateway.inner.routes.special import SPECIAL

__all__ = ["OPS_ROUTES", "ROUTES", "SERVICE_NAMES", "OpsRoute", "Route"]

SERVICE_NAMES: dict[str, str] = {
    "tasks": "督办事项服务",
    "notify": "提醒服务",
    "metrics": "指标服务",
    "gateway": "网关",
}
ROUTES: tuple[Route, ...] = (
    *answered_by("tasks", (*LEDGER, *SPECIAL, *FEEDS)),
    *answered_by("notify", NOTICES),
    *answered_by("metrics", INDICATORS),
    *answered_by("metrics", ASSESSMENT, at_least=30.0),  # Scores and surveys count what many did.
)
OPS_ROUTES: tuple[OpsRoute, ...] = (
    OpsRoute("GET", "/bus", "ops:read", "查看总线状态"),
    OpsRoute("POST", "/bus/repair", "ops:write", "修复总线"),
    OpsRoute("GET", "/bus/gaps", "ops:read", "列出无法补齐的缺口"),
    OpsRoute("POST", "/bus/gaps/{feed}", "ops:write", "放弃无法补齐的事件，记录原因", JSON),
    OpsRoute("GET", "/dead", "ops:read", "列出死信"),
    OpsRoute("GET", "/dead/{feed}/{sequence}", "ops:read", "查看死信"),
    OpsRoute("POST", "/dead/{feed}/{sequence}/replay", "ops:write", "重放死信"),
    OpsRoute("POST", "/dead/{feed}/{sequence}/discard", "ops:write", "丢弃死信"),
)
