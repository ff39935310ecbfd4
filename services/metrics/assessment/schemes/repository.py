"""Reads and keeps versions of schemes: those that this place set, over the ones that ship."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from services.metrics.assessment.schemes.domain import Scheme
from services.metrics.assessment.schemes.files import SINCE, shipped
from services.metrics.models import SchemeRow
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class SchemeVersion:
    """A scheme as it holds for periods that begin on `valid_from` or later.

    Attributes:
        set_by, set_at, why: Who set it; nobody for one that ships.
    """

    scheme: Scheme
    version: int
    valid_from: date
    set_by: str = ""
    set_at: datetime | None = None
    why: str = ""


def names(connection: Connection) -> list[str]:
    """List the schemes by code."""
    own = connection.execute(select(SchemeRow.scheme).distinct()).scalars()
    return sorted({*own, *shipped()})


def versions(connection: Connection, scheme: str) -> list[SchemeVersion]:
    """List the versions of a scheme, the newest first; none for one that nobody knows."""
    query = select(SchemeRow.__table__).where(SchemeRow.scheme == scheme).order_by(SchemeRow.version.desc())
    own = [
        SchemeVersion(
            Scheme.model_validate(row.content), row.version, row.valid_from, row.set_by, row.set_at, row.why
        )
        for row in connection.execute(query)
    ]
    file = shipped().get(scheme)
    return [*own, SchemeVersion(file, 1, SINCE)] if file else own


def known_versions(connection: Connection, scheme: str) -> Sequence[SchemeVersion]:
    """List the versions of a scheme, the newest first.

    Raises:
        NotFound: There is no such scheme.
    """
    found = versions(connection, scheme)
    if not found:
        known = "、".join(names(connection))
        raise NotFound(f"没有考核办法 {scheme}，可用：{known}", code="scheme.unknown", field="scheme")
    return found


def in_force(connection: Connection, scheme: str, first: date) -> SchemeVersion:
    """Give the version that holds for a period that begins on `first`: the newest that is valid from then or before.

    Raises:
        NotFound: There is no such scheme, or none of its versions holds yet.
    """
    found = known_versions(connection, scheme)
    held = next((one for one in found if one.valid_from <= first), None)
    if held is None:
        message = f"考核办法 {scheme} 最早自 {found[-1].valid_from} 起施行，周期 {first} 开始时尚无办法"
        raise NotFound(message, code="scheme.not_yet", field="scheme")
    return held


def numbered(connection: Connection, scheme: str, version: int) -> SchemeVersion:
    """Give a version by its number.

    Raises:
        NotFound: There is no such scheme or version.
    """
    for one in known_versions(connection, scheme):
        if one.version == version:
            return one
    raise NotFound(f"考核办法 {scheme} 没有第 {version} 版", code="scheme.version", field="version")


def add(connection: Connection, one: SchemeVersion) -> None:
    """Keep a new version."""
    connection.execute(
        insert(SchemeRow).values(
            scheme=one.scheme.scheme,
            version=one.version,
            content=one.scheme.model_dump(mode="json"),
            valid_from=one.valid_from,
            set_at=one.set_at,
            set_by=one.set_by,
            why=one.why,
        )
    )
