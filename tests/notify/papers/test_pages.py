"""Papers as LibreOffice prints them: the page for leaders is one page, whatever is in it, and A4 all of them are."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from services.notify.papers.domain_layout import INDENT_CHARACTERS, LINE_CHARACTERS
from services.notify.papers.domain_words import Named, Names
from services.notify.papers.kinds import KINDS
from services.notify.papers.kinds.kind import Summary
from services.notify.papers.kinds.weekly import LINES, MOST_ROWS
from services.notify.papers.writing_docx import Written, write_docx
from shared.clock import at_local
from shared.events.summaries import BlockedTask, SummaryCompiled, TaskCounts, WaitingExtension
from tests.notify.papers import feeds
from tests.notify.papers.summaries import JUNE, NAMES, quiet, summary

SOFFICE, PDFINFO, PDFTOTEXT = (shutil.which(name) for name in ("lowriter", "pdfinfo", "pdftotext"))
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(
        not (SOFFICE and PDFINFO and PDFTOTEXT), reason="LibreOffice Writer or poppler-utils is missing"
    ),
]
LONG = "持续推进工程建设项目审批制度改革和全流程在线办理“一网通办”示例事项"
FULLEST = "一" * (LINE_CHARACTERS * LINES - INDENT_CHARACTERS)


def written(kind: str, said: Summary, names: Names, steps: tuple[str, ...] = ()) -> bytes:
    content = KINDS[kind].write(said, names)
    paper = Written(
        content=content,
        next_steps=steps or content.next_steps,
        issuer="西咸新区泾河新城督查室",
        number="泾河督查〔2023〕12号",
        signer="督查室主任",
        on=date(2023, 7, 3),
        at=at_local(date(2023, 7, 3)),
    )
    return write_docx(paper)


def crowded() -> SummaryCompiled:
    """Make a week in which every cell of the page is as full as it gets."""
    red = 430
    return summary(
        "weekly",
        red,
        totals=TaskCounts(
            tasks=12345, done=1234, due=1200, on_time=1000, late=100, overdue=100, red=red, yellow=888
        ),
        finished=1234,
        last_on=JUNE[1].replace(month=7),
        blocked=tuple(BlockedTask(task_id=f"t{n}", by="t9", since=JUNE[0]) for n in range(1, 3)),
        extensions=tuple(
            WaitingExtension(task_id=f"t{n}", number=1, wanted_on=date(2023, 12, 31)) for n in range(1, 431)
        ),
    )


def asked(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_papers_print_on_a4_and_the_one_for_leaders_on_one_page(tmp_path: Path) -> None:
    unit = "西咸新区泾河新城自然资源和规划工作部"
    full = Names({"u1": unit, "u2": unit}, {f"t{n}": Named(str(n), LONG) for n in range(1, 431)})
    papers = {
        "crowded": written("weekly", crowded(), full, (FULLEST,)),
        "quiet": written("weekly", quiet("weekly"), NAMES),
        "monthly": written("monthly", summary(red=40), NAMES),
        "quarterly": written("quarterly", summary("quarterly", 40), NAMES),
        **{kind: written(kind, feeds.summary(kind), feeds.NAMES) for kind in feeds.PERIODS},
    }
    for name, content in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(content)

    settings = f"-env:UserInstallation=file://{tmp_path}/office"
    files = [str(tmp_path / f"{name}.docx") for name in papers]
    asked(str(SOFFICE), settings, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files)

    infos = {name: asked(str(PDFINFO), str(tmp_path / f"{name}.pdf")) for name in papers}
    pages = {name: int(re.findall(r"Pages:\s+(\d+)", info)[0]) for name, info in infos.items()}
    assert {re.findall(r"Page size:.*", info)[0].split("(")[1] for info in infos.values()} == {"A4)"}
    assert (pages["crowded"], pages["quiet"]) == (1, 1)
    assert min(pages["monthly"], pages["quarterly"]) > 1
    assert {pages[kind] for kind in feeds.PERIODS} <= {3, 4}
    text = "".join(asked(str(PDFTOTEXT), str(tmp_path / "crowded.pdf"), "-").split())
    assert f"下列{MOST_ROWS}项等430项" in text
    assert "—1—" in text
