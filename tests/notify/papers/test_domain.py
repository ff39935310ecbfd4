"""What may be done with a paper, and how its number and its last section are written."""

import pytest

from services.notify.papers import domain
from services.notify.papers.domain import PaperState
from services.notify.papers.domain_words import anchor_words
from shared.errors import Conflict, Invalid


def test_a_number_is_the_sign_the_year_and_a_number_without_zeros() -> None:
    assert domain.read_number(" 泾河督查〔2023〕6号 ", 2023) == "泾河督查〔2023〕6号"


@pytest.mark.parametrize(
    "said", ["泾河督查[2023]6号", "泾河督查（2023）6号", "泾河督查〔2023〕06号", "〔2023〕6号", "6号"]
)
def test_a_number_that_is_written_otherwise_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(Invalid, match="请写成 泾河督查〔2023〕6号"):
        domain.read_number(said, 2023)


def test_a_number_is_of_the_year_of_the_release() -> None:
    with pytest.raises(Invalid, match="应为印发当年 2024"):
        domain.read_number("泾河督查〔2023〕6号", 2024)


def test_only_a_draft_is_edited_only_a_released_paper_instructed_upon_and_only_either_withdrawn() -> None:
    checks = {
        "draft": lambda state: domain.check_draft(state, verb="修改"),
        "released": domain.check_released,
        "standing": domain.check_standing,
    }
    passed: dict[str, list[str]] = {name: [] for name in checks}
    for name, check in checks.items():
        for state in PaperState:
            try:
                check(state)
            except Conflict:
                continue
            passed[name].append(state)

    assert passed == {"draft": ["draft"], "released": ["released"], "standing": ["draft", "released"]}


def test_the_last_section_loses_empty_paragraphs_and_stray_blanks() -> None:
    assert domain.read_next_steps([" 一是 加强\n协同。", "  "], 0) == ("一是 加强 协同。",)


@pytest.mark.parametrize("said", [[], ["  "], ["长" * 601], ["一"] * 31])
def test_an_empty_or_endless_last_section_is_refused(said: list[str]) -> None:
    with pytest.raises(Invalid):
        domain.read_next_steps(said, 0)


def test_the_last_section_of_one_page_has_three_lines() -> None:
    assert len(domain.read_next_steps(["长" * 25, "长" * 52], 3)) == 2
    with pytest.raises(Invalid, match="最多 3 行（每行 27 字），现有 4 行"):
        domain.read_next_steps(["长" * 26, "长" * 52], 3)


def test_a_paper_prints_sixteen_digits_of_an_anchor_or_nothing() -> None:
    said = [anchor_words(*one) for one in ((7, "0123456789abcdef" * 4), (None, None), (7, None))]

    assert said == ["存证：档案第7号 0123456789abcdef", "", ""]
