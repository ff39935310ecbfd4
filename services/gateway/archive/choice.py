"""Chooses entries of the archive by filters; what an event does not say of itself, its task's registration says."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.archive.domain_filters import Facts, Filters, facts_of, task_of
from services.gateway.archive.repository import Archived, registrations


class Choice:
    """Choices within one transaction: what was read for one is known for the next."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._contents: dict[int, dict[str, Any]] = {}
        self._tasks: dict[str, Facts] = {}

    async def of(self, entries: Sequence[Archived], filters: Filters) -> list[Archived]:
        """Give the entries that are wanted; bytes that are no event never are, unless everything is."""
        if filters == Filters():
            return list(entries)
        found = [one for one in entries if one.type and filters.takes_head(one.stream, one.type)]
        if not filters.reads_content:
            return found
        contents = [self._content(one) for one in found]
        if filters.asks_tasks:
            await self._learn({task for content in contents if (task := task_of(content))})
        pairs = zip(found, contents, strict=True)
        return [one for one, content in pairs if filters.takes(self._facts(content))]

    def _content(self, entry: Archived) -> dict[str, Any]:
        if entry.position not in self._contents:
            content = json.loads(entry.payload).get("data")
            self._contents[entry.position] = content if isinstance(content, dict) else {}
        return self._contents[entry.position]

    async def _learn(self, tasks: Collection[str]) -> None:
        missing = set(tasks) - self._tasks.keys()
        found = await registrations(self._session, missing) if missing else {}
        for task in missing:
            content = json.loads(found[task]).get("data") if task in found else {}
            self._tasks[task] = facts_of(content)

    def _facts(self, content: Mapping[str, Any]) -> Facts:
        task = self._tasks.get(task_of(content) or "")
        own = facts_of(content)
        return own.with_task(task) if task else own
