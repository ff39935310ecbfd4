"""Use cases of who holds a survey: draw it up, make its tokens, open it, close it."""

from dataclasses import dataclass
from random import Random

from services.metrics.surveys import repository, service_answers
from services.metrics.surveys.domain import (
    Sheet,
    check_invitation,
    check_opening,
    check_state,
)
from services.metrics.surveys.domain_tokens import BITS, hash_token, token_from
from services.metrics.surveys.sealing import Sealer
from services.metrics.surveys.service_answers import Pool
from shared.database import SyncTx
from shared.errors import Invalid
from shared.events import assessment as events


@dataclass(frozen=True, slots=True)
class Means:
    """What surveys are held with: the key that seals, and chance, which nobody can foresee."""

    sealer: Sealer
    chance: Random


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a step with which survey."""

    survey_id: str
    by: str


def draw_up(tx: SyncTx, asked: Asked, sheet: Sheet, sealer: Sealer) -> None:
    """Keep a draft.

    Raises:
        Invalid: A subject is to be a unit, and is none.
        Unavailable: No key is set to seal what will be answered.
    """
    if sheet.about == "unit":
        known = repository.unit_names(tx.connection, [one.code for one in sheet.subjects])
        for one in sheet.subjects:
            if one.code not in known:
                message = (
                    f"没有单位 {one.code}（{one.name}），请核对 subjects 中的编号，或将 about 改为 person"
                )
                raise Invalid(message, code="survey.unit", field="subjects")
    values: dict[str, object] = {
        "survey_id": asked.survey_id,
        "content": sheet.model_dump(mode="json"),
        "state": "draft",
        "seal": sealer.mark(asked.survey_id),
        "revision": 0,
        "created_at": tx.now,
        "created_by": asked.by,
    }
    repository.add(tx.connection, values, [one.code for one in sheet.groups])


def invite(tx: SyncTx, asked: Asked, group: str, count: int, chance: Random) -> list[str]:
    """Make tokens for a group; they are given out here once, and only their hashes stay.

    None is made once people answer: whoever could would fill a group with answers of their own around one of another.

    Raises:
        NotFound: There is no such survey.
        Conflict: It is open already.
        Invalid: There is no such group, or it would have too many.
    """
    row = repository.survey(tx.connection, asked.survey_id, lock=True)
    check_state(row.state, "draft", asked.survey_id, "发放测评码")
    sheet = Sheet.model_validate(row.content)
    already = {code: one.invited for code, one in repository.groups(tx.connection, asked.survey_id).items()}
    check_invitation(sheet, group, count, already.get(group, 0))
    tokens = [token_from(chance.getrandbits(BITS)) for _ in range(count)]
    repository.add_tokens(tx.connection, asked.survey_id, group, map(hash_token, tokens))
    repository.add_to_group(tx.connection, asked.survey_id, group, invited=count)
    revision = repository.move(tx.connection, row, {})
    told = events.SurveyInvited(survey_id=asked.survey_id, group=group, count=count, by=asked.by)
    tx.outbox.add(told, time=tx.now, revision=revision)
    return tokens


def open_to_answers(tx: SyncTx, asked: Asked, sealer: Sealer) -> None:
    """Open a survey.

    Raises:
        NotFound: There is none such.
        Conflict: It is no draft, it is over, or a group has too few tokens.
        Unavailable: It was drawn up under another key.
    """
    row = repository.survey(tx.connection, asked.survey_id, lock=True)
    check_state(row.state, "draft", asked.survey_id, "开始")
    sheet, found = Sheet.model_validate(row.content), repository.groups(tx.connection, asked.survey_id)
    check_opening(sheet, {code: one.invited for code, one in found.items()}, tx.now)
    sealer.check(asked.survey_id, row.seal)
    values: dict[str, object] = {"state": "open", "opened_at": tx.now, "opened_by": asked.by}
    revision = repository.move(tx.connection, row, values)
    told = events.SurveyOpened(
        survey_id=asked.survey_id,
        kind=sheet.kind,
        about=sheet.about,
        subjects=tuple(one.code for one in sheet.subjects) if sheet.about == "unit" else (),
        minimum=sheet.minimum,
        opens_at=sheet.opens_at,
        closes_at=sheet.closes_at,
        by=asked.by,
    )
    tx.outbox.add(told, time=tx.now, revision=revision)


def close(tx: SyncTx, asked: Asked, means: Means) -> None:
    """Close a survey for good: the last sheets leave together, those of too small a group are destroyed unread.

    Raises:
        NotFound: There is none such.
        Conflict: It is not open.
        Unavailable: It was drawn up under another key, so that nothing could be opened.
    """
    row = repository.survey(tx.connection, asked.survey_id)
    sheet = Sheet.model_validate(row.content)
    for group in sheet.groups:  # As answers do it: first the group, and then its survey is read.
        repository.lock_group(tx.connection, asked.survey_id, group.code)
    row = repository.survey(tx.connection, asked.survey_id, lock=True)
    check_state(row.state, "open", asked.survey_id, "结束")
    means.sealer.check(asked.survey_id, row.seal)
    answered = repository.spent(tx.connection, asked.survey_id)
    for group in sheet.groups:
        pool = Pool(sheet, asked.survey_id, group.code)
        service_answers.release(tx.connection, pool, (means.sealer, means.chance), last=True)
        repository.add_to_group(
            tx.connection, asked.survey_id, group.code, answered=answered.get(group.code, 0)
        )
    repository.forget_tokens(tx.connection, asked.survey_id)
    values: dict[str, object] = {"state": "closed", "closed_at": tx.now, "closed_by": asked.by}
    revision = repository.move(tx.connection, row, values)
    found = repository.groups(tx.connection, asked.survey_id)
    numbers = tuple(events.SurveyGroup.model_validate(one, from_attributes=True) for one in found.values())
    told = events.SurveyClosed(survey_id=asked.survey_id, groups=numbers, by=asked.by)
    tx.outbox.add(told, time=tx.now, revision=revision)
