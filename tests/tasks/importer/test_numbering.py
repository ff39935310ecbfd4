import pytest

from services.tasks.importer.numbering import (
    ARTICLE,
    CHAPTER,
    CIRCLE,
    HALF_BRACKET,
    ITEM,
    PART,
    PART_OF_ITEM,
    SECTION,
    needs_dot,
    read_marker,
)
from services.tasks.importer.text import shadow


@pytest.mark.parametrize(
    ("line", "rank", "value"),
    [
        ("第二部分 重点任务", PART, 2),
        ("第三条 加大信贷", ARTICLE, 3),
        ("任务五：改造道路", ARTICLE, 5),
        ("十一、工作要求", CHAPTER, 11),
        ("（三）加强监管", SECTION, 3),
        ("(四) 加强监管", SECTION, 4),
        ("12. 推进项目", ITEM, 12),
        ("3、推进项目", ITEM, 3),
        ("１．推进项目", ITEM, 1),
        ("1.2018年，扩大规模", ITEM, 1),
        ("16 开展验收", ITEM, 16),
        ("（2）建立机制", PART_OF_ITEM, 2),
        ("2）建立机制", HALF_BRACKET, 2),
        ("③设立窗口", CIRCLE, 3),
    ],
)
def test_a_printed_number_has_a_rank_and_a_value(line: str, rank: int, value: int) -> None:
    marker = read_marker(shadow(line))

    assert marker is not None
    assert (marker.rank, marker.value) == (rank, value)


@pytest.mark.parametrize(
    "line", ["", "2023年完成", "1.5亿元", "一次性告知", "一是加强", "第一时间", "甲局", "30个项目"]
)
def test_numbers_of_prose_number_nothing(line: str) -> None:
    assert read_marker(shadow(line)) is None


def test_a_number_without_a_dot_needs_a_witness() -> None:
    bare, dotted = read_marker("16 开展验收"), read_marker("16. 开展验收")

    assert bare is not None
    assert dotted is not None
    assert needs_dot("16 开展验收", bare)
    assert not needs_dot("16. 开展验收", dotted)
