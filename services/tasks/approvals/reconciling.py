"""Daily reconciliation 对账 of results of approvals: what was received on a day by source, and where it stands now."""

from datetime import date, datetime

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.approvals.domain import TAKEN_ON, UNCLAIMED, WITH_OFFICE, State
from services.tasks.approvals.repository_lists import counts_of_day


class DayView(BaseModel):
    """The results of one source that were received on a day; the states are of now."""

    source: str
    day: date
    recorded: int = Field(description="已登记的审批结果数，等于网关当日收到的")
    routed: int = Field(description="已推送到单位：待认领、已认领和已开展监管")
    claimed: int = Field(description="已认领，含已开展监管")
    late: int = Field(description="其中超期认领")
    unclaimed: int = Field(description="未认领，含待指派和已退回")
    overdue: int = Field(description="其中已超期")
    unroutable: int = Field(description="目录无对应单位、待督查人员指派")
    declined: int = Field(description="单位已退回、待督查人员改派")
    superseded: int = Field(description="未认领前被新结果替代")


async def reconcile_day(session: AsyncSession, day: date, source: str, now: datetime) -> list[DayView]:
    """Give the counts of a day, a row for each source."""
    found = await counts_of_day(session, day, source, now)
    return [_shown(named, day, counts) for named, counts in sorted(found.items())]


def _shown(source: str, day: date, counts: dict[str, int]) -> DayView:
    def count(states: frozenset[State]) -> int:
        return sum(counts.get(state, 0) for state in states)

    claimed, unclaimed = count(TAKEN_ON), count(UNCLAIMED)
    return DayView(
        source=source,
        day=day,
        recorded=count(frozenset(State)),
        routed=claimed + unclaimed - count(WITH_OFFICE),
        claimed=claimed,
        late=counts.get("late", 0),
        unclaimed=unclaimed,
        overdue=counts.get("overdue", 0),
        unroutable=counts.get(State.UNROUTED, 0),
        declined=counts.get(State.DECLINED, 0),
        superseded=counts.get(State.SUPERSEDED, 0),
    )
