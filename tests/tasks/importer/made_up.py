"""Reads texts that are made up for one test: whole plans, or one item in a plan of its own."""

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Parsed, Task


def read(text: str) -> Parsed:
    return parse(document_of("某市方案.txt", text))


def tasks(text: str) -> tuple[Task, ...]:
    return read(text).tasks


def only(text: str) -> Task:
    (task,) = tasks(text)
    return task


def item(line: str) -> Task:
    """Read one item in a plan of its own."""
    return only(f"某市2022年实施方案\n一、重点任务\n1.推进项目。认真做好各项工作。{line}\n")
