"""The inner HTTP interface of services 办件. A unit sees only its own."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import ServiceRow
from services.notify.monitoring import repository
from services.notify.monitoring.domain import subject_of
from services.notify.monitoring.repository_reading import Sought, list_services
from services.notify.monitoring.views import ServiceView, views_of
from shared.database import Database
from shared.errors import Forbidden, NotFound
from shared.paging import unknown_place
from shared.paging_http import Linking
from shared.principal import UNIT_ROLES, Principal


class Filters(BaseModel):
    """What `GET /services` is asked for."""

    model_config = ConfigDict(extra="forbid")

    unit: str = ""
    state: Literal["open", "overdue", "paused"] = "open"
    limit: Annotated[int, Query(ge=1, le=500)] = 100
    after: str = ""


class ServicesView(BaseModel):
    """A page of services, the first accepted first; `next` is the `after` of the page behind it."""

    items: list[ServiceView]
    next: str | None


def build_router(db: Database, check: Callable[..., Awaitable[Principal]]) -> APIRouter:
    """Serve `/services` to principals that `check` lets pass."""
    router = APIRouter()

    @router.get("/services")
    async def services(
        filters: Annotated[Filters, Query()],
        linking: Annotated[Linking, Depends()],
        principal: Annotated[Principal, Depends(check)],
    ) -> ServicesView:
        unit = _visible_unit(principal, filters.unit)
        async with db.reading() as session:
            codes = await repository.codes_of(session, unit) if unit else None
            after = await _place(session, filters.after)
            sought = Sought(filters.state, codes, db.clock.now())
            found = await list_services(session, sought, after=after, limit=filters.limit + 1)
            rows = found[: filters.limit]
            items = await views_of(session, rows, sought.now)
        following = rows[-1].service_id if len(found) > len(rows) else None
        linking.tell(following)
        return ServicesView(items=items, next=following)

    @router.get("/services/{service_id}")
    async def service(service_id: str, principal: Annotated[Principal, Depends(check)]) -> ServiceView:
        unit = _visible_unit(principal, "")
        async with db.reading() as session:
            row = await session.get(ServiceRow, subject_of(service_id))
            if row is None or (unit and row.unit_code not in await repository.codes_of(session, unit)):
                message = f"没有办件 {service_id}，或不属于本单位，请核对编号（GET /services）"
                raise NotFound(message, code="service.not_found", field="service_id")
            (view,) = await views_of(session, [row], db.clock.now())
        return view

    return router


def _visible_unit(principal: Principal, asked: str) -> str:
    """Give the unit whose services are shown, empty for all.

    Raises:
        Forbidden: A unit asked for another's, or its key names none.
    """
    if principal.role not in UNIT_ROLES:
        return asked
    if not principal.unit or asked not in {"", principal.unit}:
        message = f"只能查看本单位的办件，不能查看 {asked or '（未关联单位的密钥）'}"
        raise Forbidden(message, code="services.not_yours", field="unit")
    return principal.unit


async def _place(session: AsyncSession, after: str) -> ServiceRow | None:
    row = await session.get(ServiceRow, subject_of(after)) if after else None
    if after and row is None:
        raise unknown_place(after)
    return row
