"""What the API says of a check-up: how much was read, and each finding."""

from datetime import date

from pydantic import BaseModel

from services.tasks.checkup.check import check_parsed
from services.tasks.checkup.finding import Finding
from services.tasks.checkup.rules import RULES
from services.tasks.importer.parsing import parse
from services.tasks.importer.records import Document


class RuleView(BaseModel):
    """A rule that found something, and how often."""

    code: str
    title: str
    why: str
    findings: int


class FindingView(BaseModel):
    """One finding; `tasks` are `<plan>/<number>`, `key` stays the same while the tasks or lines do."""

    key: str
    rule: str
    lines: list[tuple[int, int]]
    tasks: list[str]
    message: str
    why: str
    ask: str


class CheckView(BaseModel):
    """The check-up of one document."""

    name: str
    document_number: str | None
    issued_on: date | None
    plans: int
    tasks: int
    rules: list[RuleView]
    findings: list[FindingView]


def check_view(document: Document) -> CheckView:
    """Read a document, check it, and say what was found."""
    parsed = parse(document)
    findings = check_parsed(document, parsed)
    return CheckView(
        name=parsed.name,
        document_number=parsed.document_number,
        issued_on=parsed.issued_on,
        plans=len(parsed.plans),
        tasks=len(parsed.tasks),
        rules=_rules(findings),
        findings=[_finding(finding) for finding in findings],
    )


def _rules(findings: list[Finding]) -> list[RuleView]:
    counts = {rule.code: sum(finding.rule == rule.code for finding in findings) for rule in RULES}
    return [
        RuleView(code=rule.code, title=rule.title, why=rule.why, findings=counts[rule.code])
        for rule in RULES
        if counts[rule.code]
    ]


def _finding(finding: Finding) -> FindingView:
    return FindingView(
        key=finding.key,
        rule=finding.rule,
        lines=list(finding.lines),
        tasks=list(finding.tasks),
        message=finding.message,
        why=finding.why,
        ask=finding.ask,
    )
