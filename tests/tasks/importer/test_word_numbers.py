from xml.etree import ElementTree as ET

import pytest

from services.tasks.importer.word_numbers import Element, WordNumbers

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def element(xml: str) -> Element:
    return ET.fromstring(f'<root xmlns:w="{W}">{xml}</root>')  # noqa: S314 - our own text.


def level(depth: int, style: str, text: str, start: str = "1") -> str:
    words = f'<w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{words}</w:lvl>'


def numbers(*levels: str) -> WordNumbers:
    abstract = f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
    return WordNumbers(element(f'{abstract}<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num/>'))


def paragraph(depth: int | None = 0, name: str = "1") -> Element:
    place = "" if depth is None else f'<w:ilvl w:val="{depth}"/>'
    return element(f'<w:pPr><w:numPr>{place}<w:numId w:val="{name}"/></w:numPr></w:pPr>')


def test_lists_count_on_and_start_again_below_a_higher_number() -> None:
    counted = numbers(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2."))

    printed = [counted.next_for(paragraph(depth)) for depth in (0, 1, 1, 0, 1)]

    assert printed == ["一、", "1.", "2.", "二、", "1."]


@pytest.mark.parametrize(
    ("style", "start", "printed"),
    [
        ("chineseCountingThousand", "10", "（十）"),
        ("japaneseCounting", "12", "（十二）"),
        ("chineseCounting", "34", "（三十四）"),
        ("chineseCounting", "20", "（二十）"),
        ("chineseCounting", "100", "（100）"),
        ("decimalEnclosedCircle", "3", "（③）"),
        ("decimalEnclosedCircle", "30", "（30）"),
        ("decimal", "x", "（1）"),
        ("bullet", "1", ""),
    ],
)
def test_numbers_are_printed_in_the_style_of_the_list(style: str, start: str, printed: str) -> None:
    assert numbers(level(0, style, "（%1）", start)).next_for(paragraph()) == printed


def test_a_number_may_hold_the_numbers_above_it() -> None:
    counted = numbers(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))

    assert counted.next_for(paragraph(1)) == "1.1"


def test_paragraphs_outside_known_lists_have_no_number() -> None:
    assert WordNumbers(None).next_for(paragraph()) == ""
    assert numbers(level(0, "decimal", "%1.")).next_for(element(""), paragraph(0, "9")) == ""
    assert numbers(level(0, "decimal", "%1.")).next_for(element(""), paragraph(None)) == "1."
    assert numbers(level(0, "decimal", "%1.")).next_for(element("<w:pPr><w:numPr/></w:pPr>")) == ""
