"""The check-up as a whole: every rule of the table runs over one document."""

from dataclasses import replace

from services.tasks.checkup.finding import Finding, finding_of
from services.tasks.checkup.rules import RULES
from services.tasks.checkup.source import source_of
from services.tasks.importer.parsing import parse
from services.tasks.importer.records import Document, Parsed
from services.tasks.importer.unit_directory import UnitDirectory


def check(document: Document, directory: UnitDirectory | None = None) -> list[Finding]:
    """Read a document and give its findings, in the order of the rules and then of the text."""
    return check_parsed(document, parse(document, directory))


def check_parsed(document: Document, parsed: Parsed) -> list[Finding]:
    """Give the findings of a document that was read already."""
    source = source_of(document, parsed)
    found = [finding_of(rule, sighting) for rule in RULES for sighting in rule.find(source)]
    return _told_apart(found)


def _told_apart(findings: list[Finding]) -> list[Finding]:
    """Drop what was found twice word for word, and give two findings of one rule at one place a key each."""
    kept: dict[str, Finding] = {}
    for finding in dict.fromkeys(findings):
        key, again = finding.key, 2
        while key in kept:
            key, again = f"{finding.key}~{again}", again + 1
        kept[key] = replace(finding, key=key)
    return list(kept.values())
