"""A real metrics that is killed while people answer: what was acknowledged is there, and no token counts twice."""

import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom

import httpx
import pytest

from deploy.env import random_key
from shared.clock import LiveClock
from shared.principal import Principal, sign
from shared.testing_servers import ValkeyServer
from tests.gateway.processes import PATIENCE_S, Service, new_secret
from tests.metrics.surveys.made import content

pytestmark = [pytest.mark.slow, pytest.mark.valkey, pytest.mark.timeout(900)]
PEOPLE, KILLED_AT, SECRET = 60, (7, 23, 40), new_secret()
SCOPES = frozenset({"indicators:read", "assessment:write"})
SUPERVISOR = Principal(id="s1", role="supervisor", scopes=SCOPES)
PAGE = Principal(id="survey", role="link", scopes=frozenset({"links:use"}))
ANSWER = "/survey-sheets/answer"


@pytest.fixture
def metrics() -> Iterator[Service]:
    folder = Path(tempfile.mkdtemp(prefix="duban-"))
    valkey = ValkeyServer(folder)
    valkey.start()
    made = Service("metrics", folder, valkey.url, SECRET, DUBAN_SURVEY_KEY=random_key())
    try:
        made.start("healthz")
        yield made
    finally:
        made.kill()
        valkey.kill()
        shutil.rmtree(folder, ignore_errors=True)


def ask(metrics: Service, who: Principal, path: str, body: object = None) -> httpx.Response:
    headers = {"x-duban-principal": sign(who, SECRET, now=LiveClock().real_now())}
    return httpx.post(metrics.inner_url + path, json=body, headers=headers, timeout=30)


def hold(metrics: Service) -> tuple[str, list[str]]:
    now, day = datetime.now(UTC), timedelta(days=1)
    times = {"opens_at": (now - day).isoformat(), "closes_at": (now + day).isoformat()}
    asks = content(about="person", groups=[{"code": "all", "name": "全体"}], **times)
    survey = ask(metrics, SUPERVISOR, "/surveys", asks).json()["id"]
    body = {"group": "all", "count": PEOPLE}
    tokens = ask(metrics, SUPERVISOR, f"/surveys/{survey}/invitations", body).json()["tokens"]
    assert ask(metrics, SUPERVISOR, f"/surveys/{survey}/opening").is_success
    return survey, tokens


def hand_in(metrics: Service, token: str) -> str:
    """Hand a sheet in until something is said: `received`, or the code of a refusal."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            said = ask(metrics, PAGE, ANSWER, {"token": token, "cells": {"0-0": 1}}).json()
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        return "received" if said.get("received") else str(said["code"])
    raise AssertionError("no answer")


def hand_in_all(metrics: Service, tokens: list[str], said: list[str]) -> None:
    for token in tokens:
        said.append(hand_in(metrics, token))  # noqa: PERF401 - the killer counts them as they come.


def killed(metrics: Service, tokens: list[str]) -> list[str]:
    """Let people answer one after another and kill metrics now and then; gives what each was told."""
    said: list[str] = []
    people = threading.Thread(target=hand_in_all, args=(metrics, tokens, said))
    people.start()
    for number in KILLED_AT:
        while len(said) < number and people.is_alive():
            time.sleep(0.01)
        time.sleep(SystemRandom().uniform(0, 0.05))  # Anywhere in the next answers.
        metrics.kill()
        metrics.start("healthz")
    people.join(2 * PATIENCE_S)
    return said


def test_a_kill_loses_no_answer_and_counts_none_twice(metrics: Service) -> None:
    survey, tokens = hold(metrics)

    said = killed(metrics, tokens)
    again = {hand_in(metrics, token) for token in tokens[:20]}
    assert ask(metrics, SUPERVISOR, f"/surveys/{survey}/closing").is_success

    # One whose first try was committed, and not acknowledged, is told at the second that it was received.
    assert (len(said), set(said) <= {"received", "survey.spent"}) == (PEOPLE, True)
    assert said.count("survey.spent") <= len(KILLED_AT)
    assert again == {"survey.spent"}
    with closing(sqlite3.connect(metrics.database_url.removeprefix("sqlite:///"))) as held:
        numbers = held.execute("SELECT answered, counted, unread, spoilt FROM survey_group").fetchone()
        slips = held.execute("SELECT count(*) FROM survey_slip").fetchone()
    assert (numbers, slips) == ((PEOPLE, PEOPLE, 0, 0), (PEOPLE,))
