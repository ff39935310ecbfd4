"""Use cases of who answers: look at the sheet of a token, answer once; and how sheets leave in batches.

Invariants: a token is spent in the transaction that keeps its sealed sheet, so neither is ever without the other;
nothing else changes with an answer, nothing is published and nothing is logged. Sheets leave only as many together as
the minimum, by chance, and those that stay are sealed anew: who watched them come can't tell which ones left.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import Connection

from services.metrics.surveys import repository
from services.metrics.surveys.domain import Cells, Sheet, check_answerable, fill, leaving, leaving_last, slips
from services.metrics.surveys.domain_tokens import hash_token
from services.metrics.surveys.sealing import Sealer
from shared.database import SyncTx
from shared.errors import Conflict, NotFound

log = logging.getLogger(__name__)
Tools = tuple[Sealer, Random]
KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Pool:
    """The sheets of a group that wait."""

    sheet: Sheet
    survey_id: str
    group: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the holder of a token sees: the sheet, their group and how many were asked in it."""

    sheet: Sheet
    group: str
    invited: int


def look(connection: Connection, token: str, now: datetime) -> Shown:
    """Show the sheet that a token may answer.

    Raises:
        NotFound: There is no such token.
        Conflict: It is spent, or the survey can't be answered now.
    """
    pool, _ = _pool(connection, hash_token(token), now)
    return Shown(pool.sheet, pool.group, repository.groups(connection, pool.survey_id)[pool.group].invited)


def answer(tx: SyncTx, token: str, cells: Cells, tools: Tools) -> None:
    """Spend a token for a filled sheet.

    Raises:
        NotFound, Conflict: As `look`.
        Invalid: The sheet is blank, or has what the survey does not ask.
        Unavailable: The survey was drawn up under another key.
    """
    connection, token_hash = tx.connection, hash_token(token)
    if (known := repository.token(connection, token_hash)) is not None:
        repository.lock_group(connection, known.survey_id, known.group_code)
    pool, mark = _pool(connection, token_hash, tx.now)
    filled = fill(pool.sheet, cells)
    tools[0].check(pool.survey_id, mark)
    repository.spend(connection, token_hash)
    _seal(connection, pool, [filled], tools)
    if leaving(repository.waiting(connection, pool.survey_id, pool.group), pool.sheet.minimum):
        release(connection, pool, tools)


def release(connection: Connection, pool: Pool, tools: Tools, *, last: bool = False) -> None:
    """Let sheets of a pool leave together, picked by chance; seal the others anew, or at last destroy them unread."""
    sealer, chance = tools
    sealed = repository.take_envelopes(connection, pool.survey_id, pool.group)
    opened = [sealer.open(pool.survey_id, pool.group, one) for one in sealed]
    sheets = [one for one in opened if one is not None and len(one) == pool.sheet.cells]
    if spoilt := len(opened) - len(sheets):
        log.error("survey %s: %d envelopes were changed and can't be opened", pool.survey_id, spoilt)
    # What can be opened decides: of many that somebody spoilt, no few are left to be seen.
    number = (leaving_last if last else leaving)(len(sheets), pool.sheet.minimum)
    chance.shuffle(sheets)
    gone, staying = sheets[:number], sheets[number:]
    found = [slip for one in gone for slip in slips(pool.sheet, one)]
    repository.add_slips(connection, pool.survey_id, pool.group, {_key(chance): slip for slip in found})
    numbers = {"counted": len(gone), "spoilt": spoilt, "unread": len(staying) if last else 0}
    repository.add_to_group(connection, pool.survey_id, pool.group, **numbers)
    if not last:
        _seal(connection, pool, staying, tools)


def _seal(connection: Connection, pool: Pool, sheets: list[bytes], tools: Tools) -> None:
    sealer, chance = tools
    sealed = {_key(chance): sealer.seal(pool.survey_id, pool.group, one) for one in sheets}
    repository.add_envelopes(connection, pool.survey_id, pool.group, sealed)


def _key(chance: Random) -> str:
    return chance.randbytes(KEY_BYTES).hex()


def _pool(connection: Connection, token_hash: str, now: datetime) -> tuple[Pool, str]:
    """Find what a token may answer, and the mark of the key that seals it."""
    known = repository.token(connection, token_hash)
    if known is None:
        message = "测评码无效：请核对输入；如测评已经结束，测评码也随之失效"
        raise NotFound(message, code="survey.token", field="token")
    row = repository.survey(connection, known.survey_id)
    sheet = Sheet.model_validate(row.content)
    check_answerable(sheet, row.state, now)
    if known.spent:
        message = "该测评码已使用，对应的答卷已收到，不能再次提交"
        raise Conflict(message, code="survey.spent", field="token")
    return Pool(sheet, known.survey_id, known.group_code), row.seal
