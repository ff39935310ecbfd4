"""Counts that the text announces and its own list or headings do not bear out (5大场景 over four tasks)."""

import re
from collections.abc import Iterator

from services.tasks.checkup.finding import Sighting
from services.tasks.checkup.lists import NUMBER, AnnouncedList, announced_lists, number_of
from services.tasks.checkup.source import Source, plan_name, references
from services.tasks.importer.records import Plan, Section, Task
from services.tasks.importer.text import shadow, squeeze

_THINGS = "场景|工程|行动|任务|举措|措施|计划|专项|攻坚|抓手|机制|体系|平台|方面|活动"
_IN_HEADING = re.compile(
    rf"{NUMBER}(?:大|项|条|个|类)(?P<what>[^，。；：、]{{0,16}}?(?:{_THINGS}))(?=$|[，。；：）])"
)
_SUBTITLE = re.compile(r"^-*[^，。；]{0,20}?(?<!\d)(?P<n>\d{2,3})(?:条|项)(?:举措|措施|任务|行动)$")
_FRONT = 6
"""Lines below a plan's title among which a subtitle may stand."""


def find(source: Source) -> Iterator[Sighting]:
    """Give sightings of lists, of headings with tasks below them, and of subtitles of plans."""
    yield from (_of_list(found) for found in announced_lists(source) if _differs(found))
    for section in source.parsed.sections:
        yield from _of_heading(source, section)
    for plan in source.parsed.plans:
        yield from _of_subtitle(source, plan)


def _differs(found: AnnouncedList) -> bool:
    return not found.least <= found.count <= found.most


def _of_list(found: AnnouncedList) -> Sighting:
    return Sighting(
        lines=(found.lines,),
        message=f"写明“{found.said}”，后面{_only(found.least, found.count)}{found.least}个",
        ask="是数目写错，还是漏列或多列？请给出完整名单。",
    )


def _of_heading(source: Source, section: Section) -> Iterator[Sighting]:
    found = _IN_HEADING.search(squeeze(shadow(section.title)))
    tasks = [task for task in source.tasks_of.get(section.plan_id, ()) if task.section_id == section.id]
    if found is not None and len(tasks) > 1 and number_of(found["n"]) != len(tasks):
        yield Sighting(
            lines=(section.lines,),
            tasks=references(tasks),
            message=f"{plan_name(source.plans[section.plan_id])}标题写明“{found[0]}”，"
            f"下面{_only(len(tasks), number_of(found['n']))}{len(tasks)}项任务（{_numbers(tasks)}）",
            ask=f"“{found['n']}”是哪几项？是否漏列了任务，或标题的数目应改为{len(tasks)}？",
        )


def _of_subtitle(source: Source, plan: Plan) -> Iterator[Sighting]:
    tasks = source.tasks_of.get(plan.id, ())
    for line in source.between(plan.lines)[:_FRONT]:
        found = _SUBTITLE.match(squeeze(line.shadow))
        if found is not None and tasks and number_of(found["n"]) != len(tasks):
            yield Sighting(
                lines=((line.number, line.number),),
                message=f"{plan_name(plan)}副标题写明{found[0].strip('-')}，正文有{len(tasks)}项任务",
                ask="是副标题的数目写错，还是漏列或多列了任务？",
            )


def _only(have: int, announced: int) -> str:
    return "只有" if have < announced else "却有"


def _numbers(tasks: list[Task]) -> str:
    return f"第{tasks[0].number}至{tasks[-1].number}项"
