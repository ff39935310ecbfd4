"""Reads ratings by minute: of each window and each clerk, those that a person gave."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from services.metrics.findings.domain import Finding, Giver, Minute
from services.metrics.models import Rating
from services.metrics.repository_places import KEYS

WHO = ("window", "clerk")
ONE_MINUTE = timedelta(minutes=1)


def minutes(connection: Connection, span: tuple[date, date], codes: Sequence[str] | None) -> list[Minute]:
    """Count the ratings of a span of days by window or clerk, minute, level and channel."""
    found: list[Minute] = []
    for by in WHO:
        minute = _minute(connection)
        query = (
            select(Rating.unit_code, KEYS[by].label("key"), minute, Rating.level, Rating.channel)
            .where(Rating.day >= span[0], Rating.day <= span[1], Rating.is_default.is_(other=False))
            .where(KEYS[by] != "")
        )
        if codes is not None:
            query = query.where(Rating.unit_code.in_(codes))
        within = query.subquery()
        columns = [within.c[name] for name in ("unit_code", "key", "minute", "level", "channel")]
        rows = connection.execute(select(*columns, func.count()).group_by(*columns))
        found.extend(Minute(Giver(row[0], by, row[1]), *row[2:6]) for row in rows)
    return found


def ratings_of(connection: Connection, finding: Finding, levels: Sequence[int]) -> list[Any]:
    """Read the ratings behind a finding, in order."""
    begin = datetime.fromisoformat(f"{finding.minute}:00+00:00")
    giver = finding.giver
    query = (
        select(Rating.__table__)
        .where(Rating.unit_code == giver.unit_code, KEYS[giver.by] == giver.key)
        .where(Rating.day.in_(_days(begin)), Rating.is_default.is_(other=False))
        .where(Rating.level.in_(levels if finding.level is None else [finding.level]))
        .order_by(Rating.position)
    )
    if finding.channel is not None:
        query = query.where(Rating.channel == finding.channel)
    # Texts of instants compare badly across their forms: the minute is looked at here.
    return [row for row in connection.execute(query) if begin <= row.rated_at < begin + ONE_MINUTE]


def _minute(connection: Connection) -> ColumnElement[str]:
    """Give the minute of a rating in UTC, as text."""
    if connection.dialect.name == "sqlite":
        return func.substr(Rating.rated_at, 1, 16).label("minute")
    return func.to_char(func.timezone("UTC", Rating.rated_at), "YYYY-MM-DD HH24:MI").label("minute")


def _days(begin: datetime) -> list[date]:
    """Give the days on which a minute may be in Shanghai."""
    return [begin.date(), begin.date() + timedelta(days=1)]
