"""The routes of surveys: a whole one over HTTP, who sees which results, and that only the page's own scope answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx

from services.metrics.permissions import permit
from services.metrics.surveys import api, api_answers
from services.metrics.surveys.api import Tools
from shared.clock import LiveClock
from shared.database import Database
from shared.principal import Principal, sign
from shared.web import create_app, principal_check
from tests.metrics.assessment.faked import SCOPES, SECRET, Inline, add_units
from tests.metrics.surveys.made import content, means

SUPERVISOR = Principal(id="s1", role="supervisor", scopes=SCOPES)
PAGE = Principal(id="survey", role="link", scopes=frozenset({"links:use"}))


def unit(unit_id: str) -> Principal:
    return Principal(id="x", role="unit", unit=unit_id, scopes=SCOPES)


class Asking:
    """The routes over a database."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(
        self, who: Principal, method: str, path: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}
        answer = await self._client.request(method, path, headers=headers, json=body)
        return answer.status_code, answer.json()

    async def drawn_up(self, **changes: object) -> str:
        status, said = await self.ask(SUPERVISOR, "POST", "/surveys", content(**changes))
        assert status == 201, said
        return str(said["id"])

    async def invited(self, survey: str, group: str, count: int) -> list[str]:
        body = {"group": group, "count": count}
        _, said = await self.ask(SUPERVISOR, "POST", f"/surveys/{survey}/invitations", body)
        return list(said["tokens"])

    async def held(self, answers: int) -> str:
        """Hold a survey in which so many of the group `peers` answer."""
        survey = await self.drawn_up()
        tokens = await self.invited(survey, "peers", 12)
        await self.invited(survey, "firms", 5)
        await self.ask(SUPERVISOR, "POST", f"/surveys/{survey}/opening")
        for token in tokens[:answers]:
            body = {"token": token, "cells": {"0-0": 2, "1-1": 3}}
            assert await self.ask(PAGE, "POST", "/survey-sheets/answer", body) == (200, {"received": True})
        return survey


@asynccontextmanager
async def asking(db: Database) -> AsyncIterator[Asking]:
    await db.run_sync(lambda tx: add_units(tx.connection))
    check, tools = principal_check(SECRET), Tools(cast("Database", Inline(db)), means())
    routers = [api.build_router(tools, permit(check)), api_answers.build_router(tools, check)]
    transport = httpx.ASGITransport(create_app("metrics", routers=routers))
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as client:
        yield Asking(client)


async def test_a_survey_from_its_draft_to_its_results(file_db: Database) -> None:
    async with asking(file_db) as routes:
        survey = await routes.held(answers=7)
        _, open_view = await routes.ask(SUPERVISOR, "GET", f"/surveys/{survey}")
        await routes.ask(SUPERVISOR, "POST", f"/surveys/{survey}/closing")
        _, said = await routes.ask(SUPERVISOR, "GET", f"/surveys/{survey}/results")
        _, listed = await routes.ask(SUPERVISOR, "GET", "/surveys")

    numbers = [(one["code"], one["invited"], one["answered"], one["counted"]) for one in open_view["groups"]]
    assert numbers == [("peers", 12, 7, None), ("firms", 5, 0, None)]
    found = {(one["group"], one["subject"], one["question"]): one for one in said["items"]}
    assert (found["peers", "u1", "q1"]["mean"], found["", "u1", "q1"]["percent"]) == ("4.00", "80.00")
    assert found["peers", "u2", "q2"]["distribution"] == [0, 0, 7]
    assert found["firms", "u1", "q1"]["why"] == "没有数据"
    assert [(one["id"], one["state_title"]) for one in listed["items"]] == [(survey, "已结束")]


async def test_nobody_reads_results_before_the_end(file_db: Database) -> None:
    async with asking(file_db) as routes:
        survey = await routes.held(answers=10)
        status, said = await routes.ask(SUPERVISOR, "GET", f"/surveys/{survey}/results")

    assert (status, said["code"]) == (409, "survey.state")


async def test_a_unit_reads_what_was_said_about_itself(file_db: Database) -> None:
    async with asking(file_db) as routes:
        survey = await routes.held(answers=7)
        await routes.ask(SUPERVISOR, "POST", f"/surveys/{survey}/closing")
        _, own = await routes.ask(unit("u1"), "GET", f"/surveys/{survey}/results")
        other = await routes.ask(unit("u6"), "GET", f"/surveys/{survey}/results")

    assert {one["subject"] for one in own["items"]} == {"u1"}
    assert (other[0], other[1]["code"]) == (403, "survey.other_unit")


async def test_a_token_shows_its_sheet_and_among_how_many_it_hides(file_db: Database) -> None:
    async with asking(file_db) as routes:
        survey = await routes.drawn_up()
        tokens = await routes.invited(survey, "peers", 12)
        early = await routes.ask(PAGE, "POST", "/survey-sheets/look", {"token": tokens[0]})
        await routes.invited(survey, "firms", 5)
        await routes.ask(SUPERVISOR, "POST", f"/surveys/{survey}/opening")
        _, said = await routes.ask(PAGE, "POST", "/survey-sheets/look", {"token": tokens[0]})

    assert (early[0], early[1]["code"]) == (409, "survey.early")
    assert (said["group"], said["invited"], said["minimum"]) == ("部门互评", 12, 5)
    assert [one["name"] for one in said["subjects"]] == ["部门1", "部门2", "部门3"]


async def test_no_key_answers_a_survey(file_db: Database) -> None:
    async with asking(file_db) as routes:
        looked = await routes.ask(SUPERVISOR, "POST", "/survey-sheets/look", {"token": "x"})
        answered = await routes.ask(SUPERVISOR, "POST", "/survey-sheets/answer", {"token": "x", "cells": {}})

    assert [(status, said["code"]) for status, said in (looked, answered)] == [(403, "scope.missing")] * 2


async def test_a_draft_that_does_not_hold_together_is_refused_with_the_reason(file_db: Database) -> None:
    async with asking(file_db) as routes:
        status, said = await routes.ask(SUPERVISOR, "POST", "/surveys", content(minimum=3))

    assert (status, said["field"]) == (422, "minimum")
