"""The words that go back: of the step's own occurrence, of the own case alone, logged, redacted on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.gateway.inner.client import Call
from services.gateway.returns.domain import Step
from services.gateway.returns.domain_texts import Wanted, has_words, is_own, words_of
from services.gateway.returns.texts import LedgerTexts
from services.gateway.vault.cipher import WrappingKeys
from services.gateway.vault.domain import Kind
from services.gateway.vault.models import VaultDeed
from services.gateway.vault.service import Keeper
from shared.database import Database
from shared.errors import Unavailable
from shared.principal import Principal
from tests.gateway.world import VAULT_KEY

REPLY = Wanted("push", "rating", "r1", "t1", Step.REPLIED, 1)
ANSWER = Wanted("hot", "order", "o1", "t2", Step.ANSWERED, 1)
STEPS = [{"step": "reply", "reason": "先前答复"}, {"step": "judge", "reason": "属实"}]
CASE: dict[str, Any] = {"ratings": [{"rating_id": "r1"}], "reply": "已退费给张建国"}
ORDER: dict[str, Any] = {"order_id": "o1", "source_id": "hot", "answer": "路灯已修", "steps": []}


@pytest.mark.parametrize(
    ("wanted", "has"),
    [
        (REPLY, True),
        (REPLY._replace(step=Step.CLOSED), False),
        (REPLY._replace(task_id=""), False),
        (ANSWER, True),
    ],
)
def test_few_states_come_with_words(wanted: Wanted, *, has: bool) -> None:
    assert has_words(wanted) is has


def test_a_case_is_own_by_its_rating_or_by_its_order_and_source() -> None:
    assert is_own(REPLY, CASE)
    assert not is_own(REPLY._replace(subject_id="r2"), CASE)
    assert is_own(ANSWER, ORDER)
    assert not is_own(ANSWER._replace(source_id="other"), ORDER)
    assert not is_own(ANSWER._replace(subject_id="o2"), ORDER)


@pytest.mark.parametrize(("occurrence", "words"), [(1, "先前答复"), (2, "已退费给张建国")])
def test_each_occurrence_of_a_step_has_its_own_words(occurrence: int, words: str) -> None:
    assert words_of(REPLY._replace(occurrence=occurrence), CASE, STEPS) == words


def test_a_case_without_words_gives_none() -> None:
    assert words_of(REPLY, {"reply": None}, []) == ""


@dataclass
class Ledger:
    """Answers by path."""

    answers: Mapping[str, Any]
    status: int = 200
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def call(self, call: Call, principal: Principal) -> httpx.Response:
        self.asked.append((call.path, principal.id))
        found = self.answers.get(call.path)
        return httpx.Response(404 if found is None else self.status, json=found)


@dataclass
class FakeVault:
    noted: list[tuple[str, str, str]] = field(default_factory=list)

    async def known(self, subject_id: str) -> Mapping[Kind, str]:
        return {Kind.NAME: "张建国", Kind.TEXT: f"话 {subject_id}"}

    async def note_returned(self, subject_id: str, *, by: str, reason: str) -> None:
        self.noted.append((subject_id, by, reason))


async def test_the_reply_to_the_own_rating_goes_back_and_is_logged() -> None:
    ledger, vault = Ledger({"/rectifications/t1": CASE, "/rectifications/t1/steps": STEPS}), FakeVault()

    text = await LedgerTexts(ledger, vault).text_of(REPLY, redacted=False)

    assert text == "先前答复"
    assert vault.noted == [("r1", "return:push", "回传 replied 第 1 次")]
    assert {who for _, who in ledger.asked} == {"return:push"}


async def test_what_names_the_rater_is_left_out_where_the_target_wants_that() -> None:
    vault = FakeVault()

    text = await LedgerTexts(Ledger({"/rectifications/t1": CASE}), vault).text_of(REPLY, redacted=True)

    assert "张建国" not in text
    assert "已退费" in text
    assert vault.noted[0][2].endswith("（已遮蔽）")


@pytest.mark.parametrize("wanted", [ANSWER._replace(source_id="other"), ANSWER._replace(step=Step.CLOSED)])
async def test_nothing_leaves_for_another_source_or_without_words(wanted: Wanted) -> None:
    vault = FakeVault()

    assert await LedgerTexts(Ledger({"/orders/t2": ORDER}), vault).text_of(wanted, redacted=False) == ""
    assert vault.noted == []


async def test_a_case_that_is_gone_or_says_nothing_gives_nothing() -> None:
    silent = Ledger({"/orders/t2": ORDER | {"answer": ""}})

    for ledger in (Ledger({}), silent):
        assert await LedgerTexts(ledger, FakeVault()).text_of(ANSWER, redacted=False) == ""


async def test_a_ledger_that_refuses_is_asked_again_later() -> None:
    with pytest.raises(Unavailable, match="403"):
        await LedgerTexts(Ledger({"/orders/t2": ORDER}, status=403), FakeVault()).text_of(
            ANSWER, redacted=False
        )


async def test_the_vault_keeps_the_look(db: Database) -> None:
    await Keeper(db, WrappingKeys(VAULT_KEY)).note_returned("r1", by="return:push", reason="回传")

    async with db.reading() as session:
        (deed,) = await session.scalars(select(VaultDeed))
    assert (deed.what, deed.by, deed.subject_id, deed.kinds) == ("returned", "return:push", "r1", "text")
