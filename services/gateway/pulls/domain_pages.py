"""One page after the other of an interface: what is asked for, and what an answer moves; pure."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.gateway.feeds.domain import values
from services.gateway.feeds.domain.form import ISO
from services.gateway.pulls.domain import MOST_ROWS, Cursor, PullPlan, Said, Since, pack, unpack
from shared.answers import Answer, excerpt, find_in, is_among
from shared.clock import SHANGHAI
from shared.errors import Invalid

SAME_PAGES = 3  # So often the same page in a row is no accident.


class Page(NamedTuple):
    """Records of an answer, in its order, and where the next page is."""

    records: Sequence[object]
    token: str = ""
    digest: str = ""


def begin_run(plan: PullPlan, cursor: Cursor, now: datetime) -> Cursor:
    """Begin a run, or go on with the one at hand; `now` is business time."""
    if cursor.begun is not None:
        return cursor
    return cursor.model_copy(
        update={
            "begun": now,
            "since": _since(plan.since, cursor.high),
            "page": plan.paging.first if plan.paging.by == "page" else None,
        }
    )


def _since(rule: Since | None, high: str) -> datetime | None:
    if rule is None:
        return None
    last = unpack(high) if high else None
    return last - timedelta(minutes=rule.overlap) if isinstance(last, datetime) else rule.begin


def params_of(plan: PullPlan, cursor: Cursor) -> dict[str, object]:
    """Give what is asked for, but for secrets."""
    said: dict[str, object] = dict(plan.params)
    paging = plan.paging
    if paging.size_param and paging.by != "none":
        said[paging.size_param] = paging.size
    if cursor.page is not None:
        said[paging.param] = cursor.page
    if cursor.token:
        said[paging.param] = cursor.token
    if plan.since is not None and cursor.since is not None:
        local, pattern = cursor.since.astimezone(SHANGHAI), plan.since.formats[0]
        said[plan.since.param] = local.isoformat() if pattern == ISO else local.strftime(pattern)
    return said


def read_page(plan: PullPlan, answer: Answer) -> Page:
    """Read an answer that came with 200.

    Raises:
        Invalid: It says that something is wrong, or has no list where one should be.
    """
    if plan.ok_path and not is_among(find_in(answer.body, plan.ok_path.split(".")), plan.ok):
        message = f"对方回答 {plan.ok_path} 不是成功：{excerpt(answer.body)}"
        raise Invalid(message, code="pull.not_ok", field="ok_path")
    found = find_in(answer.body, plan.list.split(".") if plan.list else ())
    if not isinstance(found, list):
        message = f"回答中的 {plan.list or '正文'} 不是列表，请核对 list：{excerpt(answer.body)}"
        raise Invalid(message, code="pull.no_list", field="list")
    if len(found) > MOST_ROWS:
        message = f"一页有 {len(found)} 条，最多 {MOST_ROWS} 条，请核对 paging.size_param 和 size"
        raise Invalid(message, code="pull.page_too_large", field="paging.size")
    token = find_in(answer.body, plan.paging.next.split(".")) if plan.paging.by == "cursor" else None
    whole = json.dumps(found, sort_keys=True).encode()
    return Page(found, "" if token is None else str(token)[:500], hashlib.sha256(whole).hexdigest()[:32])


def after_page(plan: PullPlan, cursor: Cursor, page: Page) -> Cursor:
    """Move behind a page; the run is over when `begun` of what comes out is None.

    Raises:
        Invalid: The same page comes again and again: the other side does not know the parameter of the page.
    """
    same = cursor.same + 1 if page.records and page.digest == cursor.digest else 1
    if same >= SAME_PAGES and plan.paging.by == "page":
        message = f"连续 {same} 页内容相同：对方可能不认识参数 {plan.paging.param}，请核对 paging.param"
        raise Invalid(message, code="pull.page_repeats", field="paging.param")
    latest = _latest(plan.since, cursor, page.records)
    moved = cursor.model_copy(update={"latest": latest, "digest": page.digest, "same": same})
    if plan.paging.by == "page" and page.records:
        return moved.model_copy(update={"page": (cursor.page or 0) + 1})
    if plan.paging.by == "cursor" and page.records and page.token and page.token != cursor.token:
        return moved.model_copy(update={"token": page.token})
    return _over(plan, moved, page)


def _over(plan: PullPlan, cursor: Cursor, page: Page) -> Cursor:
    # Without a time to ask from, the next run goes on behind the last token.
    token = "" if plan.since is not None else page.token or cursor.token
    return Cursor(high=_later(cursor.high, cursor.latest), token=token)


def _latest(rule: Since | None, cursor: Cursor, records: Sequence[object]) -> str:
    """Give the latest time of records so far; one in the future, or none that can be read, does not count."""
    latest = cursor.latest
    for record in records if rule is not None else ():
        at = _time_of(rule, record) if rule is not None and isinstance(record, dict) else None
        if at is not None and (cursor.begun is None or at <= cursor.begun):
            latest = _later(latest, pack(at))
    return latest


def _time_of(rule: Since, record: Said) -> datetime | None:
    try:
        return values.read_time(values.as_value(record.get(rule.field)), rule.formats)
    except (ValueError, OverflowError):
        return None


def _later(one: str, other: str) -> str:
    if not one or not other:
        return one or other
    first, second = unpack(one), unpack(other)
    is_behind = isinstance(first, datetime) and isinstance(second, datetime) and second > first
    return other if is_behind else one
