"""What stands in each kind of paper: numbers, names, and lists that are cut short but counted."""

from dataclasses import replace

import pytest

from services.notify.papers.domain_content import Content, Line, Table
from services.notify.papers.domain_words import Names, period_word, rate, share, short, some_of, why
from services.notify.papers.kinds import KINDS
from shared.events.summaries import LaggingTask, TaskCounts, UnitFigures
from tests.notify.papers.summaries import COUNTS, JUNE, NAMES, lagging, quiet, summary


def texts(content: Content) -> str:
    lines = [part.text for part in content.body if isinstance(part, Line)]
    cells = [
        str(cell) for part in content.body if isinstance(part, Table) for row in part.rows for cell in row
    ]
    return "\n".join([content.title, *lines, *cells])


@pytest.mark.parametrize("kind", ["weekly", "monthly", "quarterly"])
def test_a_paper_says_how_many_tasks_there_are_done_due_and_red(kind: str) -> None:
    text = texts(KINDS[kind].write(summary(kind), NAMES))

    for said in ("40项", "完成8项", "到期12项", "58.3%", "红灯4项"):
        assert said in text


def test_the_material_of_a_month_lists_what_lags_is_blocked_and_needs_a_decision() -> None:
    text = texts(KINDS["monthly"].write(summary(), NAMES))

    assert "“推进第1项‘一窗办事’示例事项”自2023年6月1日起受阻于“推进第2项" in text
    assert "申请延期至2023年8月31日，请研究是否同意" in text
    assert "建议约谈、书面通报，请研究是否采取" in text
    assert "《示例提升方案》2023年6月30日阶段目标60%（需24项，共40项），已完成8项、20.0%，未达成" in text
    assert "不作为考核计分依据" in text


def test_a_meeting_reads_fifteen_red_tasks_and_finds_the_rest_in_the_annex() -> None:
    content = KINDS["monthly"].write(summary(red=40), NAMES)

    [table] = [part for part in content.body if isinstance(part, Table)]
    assert (len(table.rows), len(content.annexes[0].table.rows)) == (15, 40)
    assert "下表列出逾期最久的15项，其余25项见附件1" in texts(content)


def test_what_has_no_room_is_counted() -> None:
    blocked = tuple(summary().blocked[0].model_copy(update={"task_id": f"t{n}"}) for n in range(20))

    assert "其余8项受阻事项见台账" in texts(KINDS["monthly"].write(summary(blocked=blocked), NAMES))


def test_a_bulletin_shows_all_units_with_their_sum_and_names_who_is_late() -> None:
    late = UnitFigures(unit_id="u2", tasks=2, due=1, overdue=1, red=1)
    units = (UnitFigures(unit_id="", tasks=3), UnitFigures(unit_id="u1", **COUNTS), late)
    content = KINDS["quarterly"].write(summary("quarterly", units=units), NAMES)

    [table] = [part for part in content.body if isinstance(part, Table)]
    assert [row[1] for row in table.rows] == [
        "政务中心",
        "自然资源和规划工作部",
        "（未明确牵头单位）",
        "合计",
    ]
    assert [row[8] for row in table.rows] == ["58.3%", "样本不足", "—", "58.3%"]
    assert "逾期未完成4项，涉及政务中心4项、自然资源和规划工作部1项" in texts(content)
    assert content.addressees == "各有关单位："


def test_a_bulletin_of_tasks_that_are_behind_names_no_overdue_units() -> None:
    behind = tuple(task.model_copy(update={"reason": "behind"}) for task in lagging())
    units = (UnitFigures(unit_id="u1", tasks=40),)

    text = texts(KINDS["quarterly"].write(summary("quarterly", lagging=behind, units=units), NAMES))

    assert "（一）部分事项受阻。" in text


def test_the_page_for_leaders_has_five_red_tasks_with_why_who_and_which_decision() -> None:
    content = KINDS["weekly"].write(summary("weekly", 32), NAMES)

    [table] = [part for part in content.body if isinstance(part, Table)]
    wanted = [row[3] for row in table.rows]
    assert wanted == [
        "请协调解决堵点",
        "是否同意延期至2023年8月31日",
        "是否约谈",
        "请责成限期完成",
        "请责成限期完成",
    ]
    assert table.rows[0][1:3] == ("受阻于“推进第2项…”", "自然资源和规划工作部")
    assert "下列5项等32项，详见附件" in texts(content)
    assert content.one_page


@pytest.mark.parametrize(
    ("kind", "said"),
    [("weekly", "没有红灯事项"), ("monthly", "没有红灯事项"), ("quarterly", "没有逾期未完成")],
)
def test_a_period_in_which_nothing_was_wrong_says_so(kind: str, said: str) -> None:
    content = KINDS[kind].write(quiet(kind), NAMES)

    assert said in texts(content)
    assert "受阻于" not in texts(content)


def test_decisions_are_counted_from_one_when_no_goal_is_in_danger() -> None:
    assert "（一）延期申请和督办措施" in texts(KINDS["monthly"].write(summary(goals=()), NAMES))


def test_the_annex_says_what_it_leaves_out() -> None:
    content = KINDS["monthly"].write(summary(red=4, left_out=30), NAMES)

    assert "另有30项未列出，见台账" in content.annexes[0].note


def test_what_is_not_known_here_is_named_by_its_id() -> None:
    names = Names()

    assert (names.unit("u9"), names.unit(""), names.task("t9"), names.number("t9")) == (
        "u9",
        "（未明确牵头单位）",
        "t9",
        "",
    )
    assert NAMES.number("t9") == "9"


def test_periods_shares_and_lists_are_written_as_people_write_them() -> None:
    week = summary("weekly")

    assert period_word(week) == "2023年6月1日至30日"
    assert (
        period_word(week.model_copy(update={"last_on": JUNE[1].replace(month=7)})) == "2023年6月1日至7月30日"
    )
    assert (share(1, 0), share(1, 3)) == ("—", "33.3%")
    assert (rate(TaskCounts(due=4, on_time=4)), rate(TaskCounts())) == ("样本不足", "—")
    assert (short("一二三四", 3), short("一二三", 3)) == ("一二…", "一二三")
    assert (some_of(["甲", "乙"], 1), some_of(["甲"], 1)) == ("甲等2项", "甲")


def test_why_a_task_is_red_is_said_in_words() -> None:
    task = LaggingTask(task_id="t1", reason="overdue", days=3)

    said = [why(task.model_copy(update=changes)) for changes in ({}, {"days": 0}, {"reason": "late"})]

    assert said == ["逾期3天", "到期未完成", "逾期报审"]
    assert replace(NAMES, units={}).unit("u1") == "u1"
