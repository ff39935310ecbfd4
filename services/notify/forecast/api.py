"""The inner HTTP interface of the forecast. A unit sees only what goes to itself, and tries no changes."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from services.notify.api import visible_recipient
from services.notify.contacts.book import Book
from services.notify.forecast.answers import (
    Days,
    DifferenceAnswer,
    ForecastAnswer,
    difference_answer,
    forecast_answer,
)
from services.notify.forecast.changes import Change
from services.notify.forecast.domain import Window, window
from services.notify.forecast.service import Forecaster
from shared.clock import local_date
from shared.database import Database
from shared.errors import Invalid
from shared.principal import Principal


class ForecastFilters(Days):
    """What `GET /forecast` is asked for."""

    recipient: str = ""


class DayBody(BaseModel):
    """A day that would be a working one, or off."""

    model_config = ConfigDict(extra="forbid")

    day: date
    is_workday: bool


class ChangeBody(Days):
    """What would be otherwise: a whole rulebook, days of the calendar, a whole book of contacts."""

    rules: Any = None
    calendar: list[DayBody] = Field(default=[], max_length=800)
    contacts: Book | None = None

    def change(self) -> Change:
        """Give the change.

        Raises:
            Invalid: Nothing would be otherwise.
        """
        change = Change(self.rules, {one.day: one.is_workday for one in self.calendar}, self.contacts)
        if change == Change():
            message = "请给出要试算的变化：rules（整本规则）、calendar（日期）或 contacts（整本通讯录）"
            raise Invalid(message, code="forecast.no_change", field="rules")
        return change


def build_router(
    db: Database, check: Callable[..., Awaitable[Principal]], forecaster: Forecaster
) -> APIRouter:
    """Serve `/forecast` to principals that `check` lets pass."""
    router = APIRouter()

    def asked(days: Days) -> Window:
        return window(local_date(db.clock.now()), days.first, days.last, days.days)

    @router.get("/forecast")
    async def show(
        filters: Annotated[ForecastFilters, Query()], principal: Annotated[Principal, Depends(check)]
    ) -> ForecastAnswer:
        recipient = visible_recipient(principal, filters.recipient)
        return forecast_answer((await forecaster.forecast(asked(filters))).only_for(recipient))

    @router.post("/forecast")
    async def compare(body: ChangeBody, _who: Annotated[Principal, Depends(check)]) -> DifferenceAnswer:
        return difference_answer(await forecaster.compare(asked(body), body.change()))

    return router
