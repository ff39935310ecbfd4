"""The OpenAPI document is true: schemathesis calls every route by it, with a key and without."""

import json
from pathlib import Path

import pytest

from deploy import contracts
from services.gateway.contract.inner import FOLDER
from tests.contract.fuzzing import furnish, judge, standing


@pytest.mark.slow  # It builds three services.
def test_the_committed_descriptions_are_those_of_the_services() -> None:
    committed = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}

    assert committed == contracts.current(), "run `make schemas` and commit what it writes"


@pytest.mark.e2e
@pytest.mark.timeout(600)
async def test_no_route_fails_or_answers_what_the_document_does_not_say(tmp_path: Path) -> None:
    async with standing(tmp_path) as (whole, address):
        secret = await whole.key()
        known = await furnish(whole, secret)
        found = await judge(address, "--phases", "fuzzing", "-n", "3", secret=secret, known=known)

    assert found.exit_code == 0, found.said
    assert found.operations > 300


@pytest.mark.e2e
@pytest.mark.timeout(600)
async def test_nothing_is_readable_without_a_key(tmp_path: Path) -> None:
    async with standing(tmp_path) as (_, address):
        found = await judge(address, "--phases", "fuzzing", "-n", "1")

    assert found.exit_code == 0, found.said
    assert found.operations > 300
