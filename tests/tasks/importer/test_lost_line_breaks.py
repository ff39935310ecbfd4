"""Documents whose line breaks were lost on the way; the texts are made up."""

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Parsed

PADDING = "各地要加强宣传，营造氛围。" * 160


def read(text: str) -> Parsed:
    return parse(document_of("raw.txt", text))


def test_headings_and_items_are_found_inside_a_long_line() -> None:
    text = (
        "一、总体要求坚持以人民为中心。二、重点任务（一）提升效率1.优化流程。梳理事项。（责任单位：甲局）"
        f"2.推进网办。（乙局牵头，丙局配合）（二）强化监管3.开展检查。（责任单位：丁局）三、保障措施（一）加强领导。{PADDING}"
    )

    found = [(task.number, task.title, task.section) for task in read(text).tasks]

    assert found == [
        ("1", "优化流程", "（一）提升效率"),
        ("2", "推进网办", "（一）提升效率"),
        ("3", "开展检查", "（二）强化监管"),
    ]


def test_numbers_of_prose_inside_a_long_line_number_nothing() -> None:
    text = f"一、任务（一）做甲事。投入3.5亿元。依据第三条第（二）项办理。（责任单位：甲局）{PADDING}"

    assert [task.title for task in read(text).tasks] == ["做甲事"]


def test_the_title_stands_between_the_signature_and_the_preface() -> None:
    text = (
        "现印发给你们。某市人民政府2022年3月1日某市提升行动方案为提升服务，制定本方案。一、任务（一）甲。"
        "（责任单"
        f"位：甲局）{PADDING}"
    )

    parsed = read(text)

    assert [plan.title for plan in parsed.plans] == ["某市提升行动方案"]
    assert str(parsed.issued_on) == "2022-03-01"


def test_wide_indents_show_where_the_paragraphs_were() -> None:
    text = "某市方案　　一、任务　　（一）做甲事。认真做好。（责任单位：甲局）　　（二）做乙事。（责任单位：乙局）"

    assert [task.title for task in read(text).tasks] == ["做甲事", "做乙事"]


def test_several_items_in_one_line_are_cut_behind_their_units() -> None:
    text = (
        "某市方案\n"
        "（一）做甲事。（责任单位：甲局）（二）做乙事，形成一套可以复制推广的经验和办法。（责任单位：乙局）\n"
        "三\n四\n五\n六\n"
    )

    assert [task.number for task in read(text).tasks] == ["（一）", "（二）"]


def test_a_short_document_in_one_line_is_cut_too() -> None:
    text = (
        "某县措施为支持企业，制定措施。一、减免租金。（责任单位：财政局）二、缓缴社保。（责任单位：人社局）"
        + PADDING[:200]
    )

    assert [task.number for task in read(text).tasks] == ["一", "二"]


def test_a_date_that_is_a_limit_signs_nothing() -> None:
    text = f"一、任务（一）做甲事。由某市政府2023年6月30日前完成整改。（责任单位：甲局）{PADDING}"

    (task,) = read(text).tasks

    assert str(task.deadline) == "2023-06-30"


def test_a_sentence_with_a_date_is_no_signature() -> None:
    text = f"一、任务（一）做甲事。相关工作已经于2023年6月30日完成。（责任单位：甲局）{PADDING}"

    assert read(text).issued_on is None


def test_a_number_without_its_dot_inside_a_long_line_needs_the_one_before_it() -> None:
    text = (
        "一、任务（一）甲1.做甲事。投入3 亿元。责任单位：甲局2 做乙事。增加5 个。"
        f"责任单位：乙局4.做丁事。责任单位：丁局三、要求{PADDING}"
    )

    assert [task.title for task in read(text).tasks] == ["做甲事", "做乙事", "做丁事"]


def test_a_number_with_digits_behind_its_dot_follows_a_closed_bracket() -> None:
    first = "1.甲。" + "做好甲事。" * 40 + "（责任单位：甲局）"
    text = f"某市便民服务实施方案为做好服务，制定本方案。一、任务{first}2.120急救提速。做好乙事。（责任单位：乙局）"

    assert [task.title for task in read(text).tasks] == ["甲", "120急救提速"]
