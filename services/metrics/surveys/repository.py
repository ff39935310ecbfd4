"""Rows of surveys. Everything that is many is put in by the order of its random keys, so that no place says when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from services.metrics.models import (
    SurveyEnvelopeRow,
    SurveyGroupRow,
    SurveyRow,
    SurveySlipRow,
    SurveyTokenRow,
    Unit,
)
from services.metrics.surveys.domain import Slip
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down, up

SORTING = Sorting("surveys", down(SurveyRow.created_at), up(SurveyRow.survey_id))

Found = Row[Any]
CHUNK = 5_000  # Rows of a statement.


def add(connection: Connection, values: Mapping[str, object], groups: Iterable[str]) -> None:
    """Keep a survey with its groups."""
    connection.execute(insert(SurveyRow).values(**values))
    nought = dict.fromkeys(("invited", "answered", "counted", "unread", "spoilt"), 0)
    rows = [{"survey_id": values["survey_id"], "code": code, **nought} for code in groups]
    connection.execute(insert(SurveyGroupRow), rows)


def survey(connection: Connection, survey_id: str, *, lock: bool = False) -> Found:
    """Give a survey; with `lock` it stands still until the transaction ends.

    Raises:
        NotFound: There is none.
    """
    query = select(SurveyRow.__table__).where(SurveyRow.survey_id == survey_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(f"没有测评 {survey_id[:64]}，请核对编号", code="survey.unknown", field="id")
    return row


def surveys(connection: Connection, asked: Asked) -> Page[Found]:
    """List a page of surveys, the latest first."""
    rows = connection.execute(SORTING.page(select(SurveyRow.__table__), asked))
    return SORTING.cut(rows, asked, lambda row: (row.created_at, row.survey_id))


def move(connection: Connection, row: Found, values: Mapping[str, object]) -> int:
    """Change a survey; gives its new revision."""
    revision: int = row.revision + 1
    where = SurveyRow.survey_id == row.survey_id
    connection.execute(update(SurveyRow).where(where).values(**values, revision=revision))
    return revision


def groups(connection: Connection, survey_id: str) -> dict[str, Found]:
    """Give the groups of a survey by their codes."""
    query = select(SurveyGroupRow.__table__).where(SurveyGroupRow.survey_id == survey_id)
    return {row.code: row for row in connection.execute(query.order_by(SurveyGroupRow.code))}


def lock_group(connection: Connection, survey_id: str, group: str) -> None:
    """Let nobody else put envelopes into a group, or take them out, before this transaction ends."""
    where = (SurveyGroupRow.survey_id == survey_id, SurveyGroupRow.code == group)
    connection.execute(select(SurveyGroupRow.code).where(*where).with_for_update()).one()


def add_to_group(connection: Connection, survey_id: str, group: str, **more: int) -> None:
    """Add to the numbers of a group."""
    values = {name: getattr(SurveyGroupRow, name) + number for name, number in more.items()}
    where = (SurveyGroupRow.survey_id == survey_id, SurveyGroupRow.code == group)
    connection.execute(update(SurveyGroupRow).where(*where).values(values))


def unit_names(connection: Connection, units: Sequence[str]) -> dict[str, str]:
    """Give the names of units that are known."""
    query = select(Unit.unit_id, Unit.name).where(Unit.unit_id.in_(units))
    return {row.unit_id: row.name for row in connection.execute(query)}


def add_tokens(connection: Connection, survey_id: str, group: str, hashes: Iterable[str]) -> None:
    """Keep tokens by their hashes."""
    same = {"survey_id": survey_id, "group_code": group, "spent": False}
    _add_all(connection, SurveyTokenRow, [{"token_hash": one, **same} for one in sorted(hashes)])


def token(connection: Connection, token_hash: str) -> Found | None:
    """Give a token."""
    query = select(SurveyTokenRow.__table__).where(SurveyTokenRow.token_hash == token_hash)
    return connection.execute(query).one_or_none()


def spend(connection: Connection, token_hash: str) -> None:
    """Spend a token; its group is locked, so nobody else does at the same time."""
    where = SurveyTokenRow.token_hash == token_hash
    connection.execute(update(SurveyTokenRow).where(where).values(spent=True))


def spent(connection: Connection, survey_id: str) -> dict[str, int]:
    """Count the spent tokens of a survey by group."""
    query = select(SurveyTokenRow.group_code, func.count().label("answers")).where(
        SurveyTokenRow.survey_id == survey_id
    )
    query = query.where(SurveyTokenRow.spent.is_(True)).group_by(SurveyTokenRow.group_code)
    return {row.group_code: row.answers for row in connection.execute(query)}


def forget_tokens(connection: Connection, survey_id: str) -> None:
    """Delete the tokens of a survey: who held one can't be held against it any more."""
    _overwrite_deleted(connection)
    connection.execute(delete(SurveyTokenRow).where(SurveyTokenRow.survey_id == survey_id))


def waiting(connection: Connection, survey_id: str, group: str) -> int:
    """Count the envelopes of a group."""
    query = select(func.count()).select_from(SurveyEnvelopeRow)
    where = (SurveyEnvelopeRow.survey_id == survey_id, SurveyEnvelopeRow.group_code == group)
    return connection.scalar(query.where(*where)) or 0


def add_envelopes(connection: Connection, survey_id: str, group: str, sealed: Mapping[str, bytes]) -> None:
    """Put envelopes with random keys to those that wait."""
    same = {"survey_id": survey_id, "group_code": group}
    rows = [{"envelope_key": key, "sealed": sealed[key], **same} for key in sorted(sealed)]
    _add_all(connection, SurveyEnvelopeRow, rows)


def take_envelopes(connection: Connection, survey_id: str, group: str) -> list[bytes]:
    """Take all envelopes of a group out."""
    where = (SurveyEnvelopeRow.survey_id == survey_id, SurveyEnvelopeRow.group_code == group)
    found = connection.scalars(select(SurveyEnvelopeRow.sealed).where(*where)).all()
    _overwrite_deleted(connection)
    connection.execute(delete(SurveyEnvelopeRow).where(*where))
    return list(found)


def add_slips(connection: Connection, survey_id: str, group: str, slips: Mapping[str, Slip]) -> None:
    """Keep slips under random keys."""
    rows = [
        {
            "slip_key": key,
            "survey_id": survey_id,
            "group_code": group,
            "subject": slips[key].subject,
            "question": slips[key].question,
            "value": slips[key].value,
        }
        for key in sorted(slips)
    ]
    _add_all(connection, SurveySlipRow, rows)


def counts(connection: Connection, survey_id: str) -> dict[tuple[str, str, str], dict[int, int]]:
    """Count slips by value, for each group, subject and question."""
    of = (SurveySlipRow.group_code, SurveySlipRow.subject, SurveySlipRow.question, SurveySlipRow.value)
    query = select(*of, func.count()).where(SurveySlipRow.survey_id == survey_id).group_by(*of).order_by(*of)
    found: dict[tuple[str, str, str], dict[int, int]] = {}
    for group, subject, question, value, count in connection.execute(query):
        found.setdefault((group, subject, question), {})[value] = count
    return found


def _add_all(connection: Connection, model: type[Any], rows: Sequence[Mapping[str, object]]) -> None:
    for at in range(0, len(rows), CHUNK):
        connection.execute(insert(model), rows[at : at + CHUNK])


def _overwrite_deleted(connection: Connection) -> None:
    """Let SQLite write noughts over what is deleted; PostgreSQL's vacuum takes it away in time."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
