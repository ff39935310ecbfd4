"""A small survey: three units, a scale and a choice, two groups, at least five."""

import base64
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Any

from services.metrics.surveys import service
from services.metrics.surveys.domain import Sheet
from services.metrics.surveys.sealing import Sealer
from services.metrics.surveys.service import Asked, Means
from shared.database import Database, SyncTx
from shared.testing import DRILL_START
from tests.metrics.assessment.faked import add_units

OPENS, CLOSES = DRILL_START - timedelta(days=1), DRILL_START + timedelta(days=7)
KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(32)).decode()
SURVEY = "survey-1"
AFTER = datetime(2023, 7, 3, 1, tzinfo=UTC)


def content(**changes: object) -> dict[str, Any]:
    """Write it as JSON."""
    return {
        "kind": "satisfaction",
        "title": "季度满意度",
        "subjects": [{"code": f"u{n}", "name": f"部门{n}"} for n in (1, 2, 3)],
        "questions": [
            {"code": "q1", "text": "服务态度"},
            {"code": "q2", "text": "最需改进", "kind": "choice", "options": ["效率", "态度", "流程"]},
        ],
        "groups": [{"code": "peers", "name": "部门互评"}, {"code": "firms", "name": "企业"}],
        "minimum": 5,
        "opens_at": OPENS.isoformat(),
        "closes_at": CLOSES.isoformat(),
    } | changes


def sheet(**changes: object) -> Sheet:
    return Sheet.model_validate(content(**changes))


def means(key: str = KEY) -> Means:
    return Means(Sealer(key), SystemRandom())


async def opened(db: Database, *, peers: int = 40, firms: int = 5, **changes: object) -> dict[str, list[str]]:
    """Open it with so many tokens; gives these by group."""
    asked, found = Asked(SURVEY, "s1"), {}
    await db.run_sync(lambda tx: add_units(tx.connection))

    def work(tx: SyncTx) -> None:
        service.draw_up(tx, asked, sheet(**changes), means().sealer)
        for group, count in (("peers", peers), ("firms", firms)):
            found[group] = service.invite(tx, asked, group, count, means().chance)
        service.open_to_answers(tx, asked, means().sealer)

    await db.run_sync(work)
    return found
