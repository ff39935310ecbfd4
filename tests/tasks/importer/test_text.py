import pytest

from services.tasks.importer.text import bracket_pairs, chinese_number, clean, is_open, shadow, squeeze


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("九十四", 94),
        ("一百零五", 105),
        ("二〇二三", 2023),
    ],
)
def test_a_chinese_number_is_read_as_an_integer(printed: str, value: int) -> None:
    assert chinese_number(printed) == value


@pytest.mark.parametrize("printed", ["", "一二x", "千"])
def test_what_is_no_chinese_number_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match=printed or r"^$"):
        chinese_number(printed)


def test_a_shadow_has_one_shape_of_brackets_and_digits_in_the_same_places() -> None:
    printed = "【责任单位】：甲局;(２０２３年)〔1〕－"

    shape = shadow(printed)

    assert shape == "（责任单位）：甲局；（2023年）（1）-"
    assert len(shape) == len(printed)


def test_bold_marks_bullets_and_escapes_are_no_text() -> None:
    assert clean("- **1\\. 推进**项目\u200b") == "1. 推进项目"
    assert clean("## 一、任务") == "一、任务"


def test_white_space_is_dropped_when_squeezed() -> None:
    assert squeeze(" 甲 局\n、\t乙局 ") == "甲局、乙局"


def test_brackets_are_paired_and_lonely_ones_left_out() -> None:
    assert bracket_pairs("（甲（乙）") == {2: 4}
    assert bracket_pairs("）甲（") == {}


def test_a_text_with_a_quotation_begun_is_open() -> None:
    assert is_open("实施“三项")
    assert not is_open("实施“三项”")
