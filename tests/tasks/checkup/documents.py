"""Made-up plan documents for the check-up, and what a rule finds in them."""

from collections.abc import Iterator

from services.tasks.checkup import Finding, check
from services.tasks.importer import document_of
from services.tasks.importer.unit_directory import UnitDirectory

ISSUED = "某政发〔2023〕5号\n某市政府\n2023年3月1日\n"


def task(  # noqa: PLR0913 - each is one line of the item.
    number: int | str,
    body: str = "完善工作机制。",
    *,
    title: str = "",
    lead: str = "甲局",
    responsible: str = "",
    due: str = "2023年6月底前",
) -> str:
    """Write one item with its fields; an empty field is left out."""
    fields = {"牵头单位": lead, "责任单位": responsible, "完成时限": due}
    lines = [f"{label}：{value}" for label, value in fields.items() if value]
    return "\n".join([f"{number}. {title or f'做好第{number}件事'}。{body}", *lines])


def plan(*parts: str, title: str = "某市营商环境提升方案", goals: str = "提升服务。", after: str = "") -> str:
    """Write one plan: goals, tasks under one section, and what follows them."""
    tail = f"三、工作要求\n{after}\n" if after else ""
    return f"{title}\n一、总体目标\n{goals}\n二、主要任务\n（一）提升服务\n" + "\n".join(parts) + f"\n{tail}"


def found(rule: str, *plans: str, front: str = ISSUED, units: UnitDirectory | None = None) -> list[Finding]:
    """Give what one rule finds in a document of these plans."""
    text = front + "".join(plans)
    return [finding for finding in check(document_of("plan.txt", text), units) if finding.rule == rule]


def messages(findings: list[Finding]) -> Iterator[str]:
    """Give the messages without white space."""
    return ("".join(finding.message.split()) for finding in findings)
