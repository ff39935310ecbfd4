"""What a proof says in the words of officials."""

from datetime import date

import pytest

from services.notify.domain_limits import Counted
from services.notify.proof import wording
from services.notify.proof.domain import Downtime, Flaw, Problem
from services.notify.proof.domain_gaps import Gap, Key, Planned, Why
from tests.notify.made import JUNE_30, at

BEGIN, END = at(JUNE_30, 8), at(JUNE_30, 10)
DOWN = Downtime(BEGIN, END)
PLANNED = Planned(Key("finish", END, "due", 0, 1), BEGIN, frozenset({"lead"}))


@pytest.mark.parametrize(
    ("span", "said"),
    [(None, "提前预警（提前3天）"), ("workdays", "提前预警（提前3个工作日）"), ("hours", "提前预警")],
)
def test_a_warning_says_how_much_was_left(span: str | None, said: str) -> None:
    counted = Counted(span, BEGIN) if span else None

    assert wording.rung_text("warned", -3, 1, counted) == said


def test_the_other_rungs_are_named() -> None:
    assert wording.rung_text("due", 0, 1, None) == "到时提醒"
    assert wording.rung_text("overdue", 5, 2, None) == "超时通报（第2次）"


def test_a_mailbox_is_named_by_unit_and_post() -> None:
    names = {"u1": "发改局"}

    named = [wording.mailbox_name(one, names) for one in ("u1", "u1/officer", "u9", "supervision-office")]

    assert named == ["发改局", "发改局责任人", "u9", "督查室"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ({"down": DOWN, "unblocked": False, "behind": False}, "中断，恢复后补发"),
        ({"down": None, "unblocked": True, "behind": False}, "受阻期间"),
        ({"down": None, "unblocked": False, "behind": True}, "等待上限"),
        ({"down": None, "unblocked": False, "behind": False}, "积压"),
    ],
)
def test_a_late_notice_says_why(reason: dict[str, object], said: str) -> None:
    assert said in wording.late_text(**reason)  # type: ignore[arg-type]  # Its arguments by name.


@pytest.mark.parametrize(
    ("why", "said"),
    [(Why.PENDING, "正在处理"), (Why.OVERTAKEN, "恰已"), (Why.DOWN, "中断"), (Why.UNEXPLAINED, "原因不明")],
)
def test_a_gap_says_why(why: Why, said: str) -> None:
    assert said in wording.gap_text(Gap(PLANNED, why, down=DOWN if why is Why.DOWN else None))


def test_every_flaw_has_its_words() -> None:
    assert set(wording.FLAWS) == set(Flaw)
    assert wording.problem_text(Problem(Flaw.DIFFERENT, "n1", "late")) == "提醒记录与档案不一致（n1）：late"


def test_the_verdict_counts_what_was_told_and_what_is_missing() -> None:
    assert wording.verdict_text(2, [], unexplained=1) == "核验通过：2条提醒均与档案一致，但有1处缺漏原因不明"
    assert wording.verdict_text(2, ["甲", "乙"], unexplained=0) == "未通过核验：甲；乙"
    assert wording.minute(None) == ""
    assert wording.minute(at(date(2023, 6, 30))) == "2023-06-30 09:00"


def test_an_attempt_on_a_later_route_says_which_channel_failed_before() -> None:
    assert wording.outcome_text("sent", "") == "已送达渠道"
    assert wording.outcome_text("sent", "mail") == "已送达渠道（前一路线 mail 未能送出，改走此路线）"
    assert wording.outcome_text("of another version", "") == "of another version"
