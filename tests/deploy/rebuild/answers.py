"""What a metrics database answers as of an instant: indicators, rates, and scores with their ranks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.metrics.assessment.adapters import Registry
from services.metrics.assessment.periods.domain import digest_of, span_of
from services.metrics.assessment.periods.service import count_under
from services.metrics.assessment.schemes import repository as schemes
from services.metrics.indicators.service import standings
from services.metrics.indicators.service_catalogue import Wanted
from services.metrics.rates import functions
from services.metrics.rates.service import Asked, answer
from shared.database import Database

SCHEME = "three-years"


async def answers(db: Database, instant: datetime, periods: Sequence[str]) -> dict[str, Any]:
    """Ask for everything that may be asked of the past; scores come with the digest that a closing would bind."""
    now = db.clock.now()

    def asked(connection: Connection) -> dict[str, Any]:
        found: dict[str, Any] = {
            "indicators": standings(connection, Wanted(now, instant, frozenset({"target", "frame", "goal"})))
        }
        for rate in functions.rules_of_file():
            said = answer(connection, Asked(rate, "unit", now, as_of=instant))
            found[rate] = (said.figures, said.whole)
        version = schemes.numbered(connection, SCHEME, 1)
        for label in periods:
            scored = count_under(connection, Registry(), version, span_of(label), instant)
            found[label] = (scored, digest_of("", [one for one, _ in scored.values()]))
        return found

    return await db.look(asked)
