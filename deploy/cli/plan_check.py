"""`duban plan check`: the check-up of a plan document 方案体检, here, without any service; findings are no error."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.catalogue import UNITS_FILE
from shared.errors import Invalid

if TYPE_CHECKING:
    from services.tasks.checkup import Finding, Rule
    from services.tasks.importer.records import Parsed

_SHOWN_LINES = 6
_SHOWN_TASKS = 8


def check(
    file: Annotated[Path | None, typer.Argument(help="The plan document: .txt, .md or .docx.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One finding a line, as a JSON object.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules and why they matter.")] = False,
    aliases: Annotated[
        Path, typer.Option(help="Units with their aliases (JSON); edit a copy of the default.")
    ] = UNITS_FILE,
) -> None:
    """Check a plan document for contradictions and gaps: where they are, why they matter, what to ask the issuer."""
    lines = _rules(as_json=as_json) if rules else _findings(file, aliases, as_json=as_json)
    for line in lines:
        typer.echo(line)


def _rules(*, as_json: bool) -> Iterable[str]:
    import json  # noqa: PLC0415 - `duban --help` stays fast.

    from services.tasks.checkup import RULES  # noqa: PLC0415 - the same.

    if not as_json:
        return [f"{rule.code}　{rule.title}\n    {rule.why}" for rule in RULES]
    rows = ({"rule": rule.code, "title": rule.title, "why": rule.why} for rule in RULES)
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def _findings(file: Path | None, aliases: Path, *, as_json: bool) -> Iterable[str]:
    from services.tasks.checkup import RULES, check_parsed  # noqa: PLC0415 - `duban --help` stays fast.
    from services.tasks.importer import (  # noqa: PLC0415 - the same.
        parse,
        read_directory_file,
        read_document,
        to_json_lines,
    )

    if file is None:
        raise Invalid("请给出方案文件，或用 --rules 查看规则", code="file.missing", field="file")
    document = read_document(file)
    parsed = parse(document, read_directory_file(aliases))
    findings = check_parsed(document, parsed)
    return to_json_lines(findings) if as_json else _told(parsed, findings, RULES)


def _told(parsed: "Parsed", findings: "list[Finding]", rules: "tuple[Rule, ...]") -> Iterator[str]:
    """Tell a person: what was read, then the findings rule by rule."""
    issued = f"，{parsed.issued_on:%Y-%m-%d} 印发" if parsed.issued_on else ""
    seen = [rule for rule in rules if any(finding.rule == rule.code for finding in findings)]
    yield f"方案体检：{parsed.name}（{parsed.document_number or '无文号'}{issued}）"
    yield f"方案 {len(parsed.plans)} 个，任务 {len(parsed.tasks)} 项；发现 {len(findings)} 处，涉及 {len(seen)} 条规则"
    for number, rule in enumerate(seen, 1):
        found = [finding for finding in findings if finding.rule == rule.code]
        yield f"\n{number}. {rule.title}（{len(found)} 处，{rule.code}）"
        yield f"   为何要紧：{rule.why}"
        for order, finding in enumerate(found, 1):
            yield f"  （{order}）{_places(finding)}"
            yield f"       {finding.message}"
            yield f"       请问：{finding.ask}"


def _places(finding: "Finding") -> str:
    lines = [f"{first}" if first == last else f"{first}—{last}" for first, last in finding.lines]
    more = " 等" if len(lines) > _SHOWN_LINES else ""
    tasks = "、".join(finding.tasks[:_SHOWN_TASKS])
    rest = f" 等 {len(finding.tasks)} 项" if len(finding.tasks) > _SHOWN_TASKS else ""
    return f"第 {'、'.join(lines[:_SHOWN_LINES])} 行{more}" + (f"　{tasks}{rest}" if tasks else "")
