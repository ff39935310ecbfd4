"""How the notices of two forecasts differ: pure functions over what was rehearsed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.notify.forecast.domain import ForecastNotice


@dataclass(frozen=True, slots=True)
class MovedNotice:
    """A notice that is decided at another instant after a change."""

    before: ForecastNotice
    after: ForecastNotice


@dataclass(frozen=True, slots=True)
class NoticesDifference:
    """What a change makes of the notices; one that leaves the window counts as dropped, one that enters it as added."""

    added: Sequence[ForecastNotice]
    dropped: Sequence[ForecastNotice]
    moved: Sequence[MovedNotice]

    @property
    def summary(self) -> str:
        """Say in one Chinese line what changes."""
        count = len(self.added) + len(self.dropped) + len(self.moved)
        parts = f"新增 {len(self.added)}，减少 {len(self.dropped)}，改期 {len(self.moved)}"
        return f"{count} 条提醒变化：{parts}"


def notices_difference(
    before: Iterable[ForecastNotice], after: Iterable[ForecastNotice]
) -> NoticesDifference:
    """Compare the notices of two forecasts of one window."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    return NoticesDifference(
        added=[one for one in new.values() if one.id not in old],
        dropped=[one for one in old.values() if one.id not in new],
        moved=[
            MovedNotice(one, new[one.id])
            for one in old.values()
            if one.id in new and one.planned_at != new[one.id].planned_at
        ],
    )
