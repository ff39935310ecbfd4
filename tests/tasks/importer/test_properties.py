"""What holds for any text whatever: reading never fails, and every record stands inside the document."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Lines, Parsed

PIECES = st.sampled_from(
    [
        *(
            "一、",
            "（一）",
            "1.",
            "2、",
            "（1）",
            "①",
            "第二条",
            "16 ",
            "\n",
            "\n\n",
            "。",
            "；",
            "：",
            "，",
            "、",
            "“",
            "”",
        ),
        *(
            "责任单位：",
            "牵头单位",
            "【配合单位】",
            "完成时限：",
            "（",
            "）",
            "(",
            "]",
            "|",
            "\t",
            "　　",
            "**",
            "- ",
        ),
        *(
            "甲局",
            "市发改委",
            "各相关部门",
            "各市、县政府",
            "牵头",
            "配合",
            "负责",
            "等部门",
            "会同",
            "及",
            "和",
        ),
        *(
            "2023年9月底前",
            "7月中旬",
            "明年",
            "10前",
            "持续推进",
            "2月30日",
            "2023年4月25日",
            "每月",
            "上半年",
        ),
        *(
            "某市行动方案",
            "重点任务",
            "保障措施",
            "附件",
            "序号",
            "任务",
            "责任单位",
            "5",
            "不少于10个",
            "3-5家",
            "95%以上",
        ),
        *("完成60%", "推进项目建设", "某政发〔2022〕5号", "https://x", "\u200b", "１", "%1", "分别", "一次"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=4)), min_size=1, max_size=60).map("".join)


def spans(parsed: Parsed) -> list[Lines]:
    groups = (parsed.plans, parsed.sections, parsed.tasks, parsed.targets, parsed.milestones, parsed.cadences)
    return [record.lines for group in (*groups, parsed.units, parsed.doubts) for record in group]


@given(text=TEXTS)
@example(text="1.（责任单位：")
@example(text="附件\n一、\n①")
@settings(max_examples=300, database=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_and_every_record_stands_inside_it(text: str) -> None:
    document = document_of("任意.txt", f"甲{text}")

    parsed = parse(document)

    assert all(1 <= first <= last <= len(document.lines) for first, last in spans(parsed))


@given(text=TEXTS)
@settings(max_examples=100, database=None, suppress_health_check=[HealthCheck.too_slow])
def test_ids_are_unique_and_reading_twice_gives_the_same(text: str) -> None:
    document = document_of("任意.txt", f"甲{text}")

    parsed = parse(document)

    ids = [task.id for task in parsed.tasks]
    assert len(ids) == len(set(ids))
    assert parse(document) == parsed


@pytest.mark.slow
def test_half_a_megabyte_in_one_line_is_read() -> None:
    text = "1." + "推进（责任单位：甲局、乙局，6月底前完成）项目3个，每月通报。“" * 5_000

    assert parse(document_of("长.txt", text)).plans
