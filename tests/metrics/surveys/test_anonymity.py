"""Who holds all databases and log files, and knows who answered when, finds nothing of who said what."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from deploy.env import random_key
from services.gateway.keys import KeyOrder, create_key_offline
from services.metrics.surveys import service, service_answers
from services.metrics.surveys.domain_tokens import hash_token
from services.metrics.surveys.sealing import Sealer
from services.metrics.surveys.service import Asked
from shared.database import Database, SyncTx
from shared.testing_servers import ValkeyServer
from tests.gateway.processes import Service, new_secret, until
from tests.metrics.surveys.adversary import (
    Look,
    Slip,
    batches,
    chance,
    changed,
    links_found,
    look,
    order_found,
    placed,
)
from tests.metrics.surveys.made import KEY, SURVEY, content, means, opened

PEOPLE, SUBJECTS, MINIMUM = 20, 20, 5
VALUES = [f"选项{n}" for n in range(1, PEOPLE + 1)]
# Each person says something else of each subject than all others, so that the judge, who knows, can tell slips apart.
TRUTH = {f"p{n}": Random(n).sample(range(1, PEOPLE + 1), PEOPLE) for n in range(SUBJECTS)}  # noqa: S311 - made up.
SAID = {(subject, value): who for subject, values in TRUTH.items() for who, value in enumerate(values)}
ASKS: dict[str, Any] = {
    "about": "person",
    "subjects": [{"code": code, "name": code} for code in TRUTH],
    "questions": [{"code": "q1", "text": "选", "kind": "choice", "options": VALUES}],
    "minimum": MINIMUM,
}
OF_SURVEYS = {f"metrics.survey_{name}" for name in ("token", "envelope", "slip", "group")}

BEATING = {"metrics.lease", "gateway.lease"}  # They are renewed every few seconds, whatever happens.


def cells(person: int) -> dict[str, int]:
    return {f"{at}-0": values[person] for at, values in enumerate(TRUTH.values())}


def finds_nothing(together: list[list[Slip]]) -> None:
    assert abs(order_found(together)) < chance(together)
    assert abs(links_found(together)) < chance(together)


def test_the_adversary_finds_an_order_that_was_kept_and_sheets_that_stayed_together() -> None:
    said = [(subject, who) for who in range(PEOPLE) for subject in TRUTH]
    in_order = [[Slip(subject, who, who) for subject, who in said]]
    chances = Random(1)  # noqa: S311 - made up.
    shuffled = chances.sample(range(PEOPLE), PEOPLE)
    together = [[Slip(subject, shuffled[who], who) for subject, who in said]]
    apart = [[Slip(subject, chances.random(), who) for subject, who in said]]

    assert order_found(in_order) == links_found(in_order) == links_found(together) == 1
    finds_nothing(apart)


async def test_where_slips_lie_and_how_they_are_called_tells_nothing(db: Database) -> None:
    tokens, seen, together = (await opened(db, peers=PEOPLE, **ASKS))["peers"], set[str](), []
    physical = text("SELECT slip_key, subject, value FROM survey_slip")  # As they lie.
    for person in range(PEOPLE + 1):

        def work(tx: SyncTx, person: int = person) -> None:
            if person == PEOPLE:
                service.close(tx, Asked(SURVEY, "s1"), means())
            else:
                service_answers.answer(tx, tokens[person], cells(person), (Sealer(KEY), SystemRandom()))

        await db.run_sync(work)
        rows = await db.look(lambda held: held.execute(physical).all())
        together.append([row for row in rows if row.slip_key not in seen])
        seen |= {row.slip_key for row in rows}
    left = [batch for batch in together if batch]

    assert [len(batch) for batch in left] == [MINIMUM * SUBJECTS] * 4
    finds_nothing(
        [[Slip(one.subject, at, SAID[one.subject, one.value]) for at, one in enumerate(b)] for b in left]
    )
    finds_nothing(
        [[Slip(one.subject, one.slip_key, SAID[one.subject, one.value]) for one in b] for b in left]
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a short path: that of a socket has at most 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="duban-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def services(folder: Path) -> Iterator[tuple[Service, Service]]:
    """Start the gateway and metrics as they are run, with a real Valkey."""
    valkey, secret = ValkeyServer(folder), new_secret()
    valkey.start()
    info = {"DUBAN_LOG_LEVEL": "INFO"}
    metrics = Service("metrics", folder, valkey.url, secret, DUBAN_SURVEY_KEY=random_key(), **info)
    gateway = Service("gateway", folder, valkey.url, secret, DUBAN_METRICS_URL=metrics.inner_url, **info)
    try:
        gateway.start()
        metrics.start()
        yield gateway, metrics
    finally:
        metrics.kill()
        gateway.kill()
        valkey.kill()


async def supervisor(gateway: Service) -> httpx.Client:
    order = KeyOrder(role="supervisor", scopes=())
    _, secret = await create_key_offline(gateway.database_url, order)
    headers = {"authorization": f"Bearer {secret}"}
    return httpx.Client(base_url=f"{gateway.url}/api/v1", headers=headers, timeout=30)


def hold(client: httpx.Client, folder: Path) -> tuple[str, list[str]]:
    """Draw a survey up and open it, over HTTP; gives it, quiet, with the tokens of its one group."""
    now = datetime.now(UTC)
    times = {
        "opens_at": (now - timedelta(days=1)).isoformat(),
        "closes_at": (now + timedelta(days=1)).isoformat(),
    }
    asks = content(groups=[{"code": "peers", "name": "互评"}], **ASKS, **times)
    survey = client.post("/surveys", json=asks).json()["id"]
    body = {"group": "peers", "count": PEOPLE}
    tokens = client.post(f"/surveys/{survey}/invitations", json=body).json()["tokens"]
    before_the_last = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    assert client.post(f"/surveys/{survey}/opening").is_success
    until(lambda: is_quiet(folder, before_the_last))  # When a key was used is written some seconds later.
    return survey, tokens


def answer(gateway: Service, token: str, person: int) -> None:
    """Open the page of a token and hand its sheet in, as a browser does."""
    assert httpx.get(f"{gateway.url}/s/{token}", timeout=30).is_success
    form = {"code": token, **{name: str(value) for name, value in cells(person).items()}}
    page = httpx.post(f"{gateway.url}/s", data=form, timeout=30)
    assert "答卷已收到" in page.text


def is_quiet(folder: Path, since: str) -> bool:
    """Say whether the archive has all that was told, the key's last use stands, and a second changed nothing."""
    first = look(folder)
    time.sleep(1)
    (key,) = first.tables["gateway.api_key"]
    used = max(value for value in key if _is_time(value)) > since
    return used and len(first.tables["gateway.archive"]) == 2 and not changed([first, look(folder)]) - BEATING


def logged(folder: Path) -> list[bytes]:
    return [(folder / f"{name}.log").read_bytes() for name in ("gateway", "metrics")]


@pytest.mark.slow
@pytest.mark.valkey
@pytest.mark.timeout(900)
async def test_who_holds_every_database_and_log_finds_nothing(
    folder: Path, services: tuple[Service, Service]
) -> None:
    gateway, _metrics = services
    client = await supervisor(gateway)
    survey, tokens = hold(client, folder)

    before, looks = logged(folder), [look(folder)]
    for person, token in enumerate(tokens):
        answer(gateway, token, person)
        looks.append(look(folder))
    after = logged(folder)
    assert client.post(f"/surveys/{survey}/closing").is_success
    looks.append(look(folder))
    client.close()

    nothing_else_changed(looks[:-1])
    slips_tell_nothing(looks)
    bytes_tell_nothing(looks, tokens)
    assert after == before  # No line for an answer.
    assert not [token for token in tokens if any(token.encode() in log for log in logged(folder))]


def nothing_else_changed(looks: list[Look]) -> None:
    """With each answer one token was spent and one envelope came, and no event."""
    assert changed(looks) - BEATING == OF_SURVEYS
    for table in ("metrics.survey_token", "metrics.survey_envelope", "metrics.survey_slip"):
        assert not [row for row in looks[-1].tables[table] for value in row if _is_time(value)]
    spent = [sum(row[3] for row in one.tables["metrics.survey_token"]) for one in looks]
    assert spent == list(range(PEOPLE + 1))


def _is_time(value: object) -> bool:
    return isinstance(value, str) and value.startswith("20") and ":" in value


def slips_tell_nothing(looks: list[Look]) -> None:
    """Slips come only as many together as the minimum; their keys and places in the files are no order."""
    together = batches(looks)
    assert [len(batch) for batch in together] == [MINIMUM * SUBJECTS] * 4
    files = looks[-1].files
    finds_nothing([placed(batch, SAID, lambda row: row[0]) for batch in together])
    finds_nothing([placed(batch, SAID, lambda row: files.find(row[0].encode())) for batch in together])
    finds_nothing([placed(batch, SAID, lambda row: files.rfind(row[0].encode())) for batch in together])


def bytes_tell_nothing(looks: list[Look], tokens: list[str]) -> None:
    """No file ever has a token, or a sheet that can be read; envelopes are as long as each other and all differ."""
    sheets = [bytes(values[person] for values in TRUTH.values()) for person in range(PEOPLE)]
    envelopes = {row[3] for one in looks for row in one.tables["metrics.survey_envelope"]}
    assert {len(sealed) for sealed in envelopes} == {12 + SUBJECTS + 16}
    # All that came but the three that made others leave at once, and those that were sealed anew then.
    assert len(envelopes) == PEOPLE - 3 + 3 * MINIMUM
    for one in looks:
        assert not [sheet for sheet in sheets if sheet in one.files]
        assert not [token for token in tokens if token.encode() in one.files]
    last = looks[-1].tables
    assert not last["metrics.survey_token"] | last["metrics.survey_envelope"]
    assert hash_token(tokens[0]).encode() in looks[0].files  # What is sought would be found.
