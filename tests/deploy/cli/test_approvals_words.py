"""`duban approvals`, against a gateway that is made up and answers as the real one does."""

import httpx
import pytest

from deploy.api_client.approval_reconciliation import DayOut as Day
from deploy.api_client.approvals import RecordDetail, RecordView
from deploy.cli.approvals import COUNTS
from services.gateway.feeds.api_approvals import DayOut
from shared.testing import json_lines
from tests.deploy.answers import whole
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

RECORD = whole(
    RecordDetail,
    **whole(
        RecordView,
        id="ap1",
        project_no="SP1",
        version=1,
        result_word="准予",
        item_code="0131",
        unit_name="市场监管局",
        state_word="待认领",
        hop=1,
        due_at="2023-06-27T09:00:00Z",
        overdue=True,
        late=None,
    ),
)
UNROUTED = RECORD | {"id": "ap2", "unit_name": "", "state_word": "待指派", "hop": 0, "overdue": False}
DAY = whole(Day, **{name: number for number, name in enumerate(COUNTS)}, source="sp", late=0)


def claims(request: httpx.Request) -> httpx.Response:
    """Let ap1 be claimed in time and ap2 late; refuse everything else."""
    record = request.url.path.split("/")[-2]
    if record not in {"ap1", "ap2"}:
        return httpx.Response(409, json={"code": "approval.not_pending", "title": "不在待认领"})
    return httpx.Response(200, json=RECORD | {"id": record, "late": record == "ap2"})


def test_every_count_of_a_reconciliation_is_one_that_the_gateway_gives() -> None:
    assert set(COUNTS) < set(DayOut.model_fields)


def test_results_are_listed_and_what_follows_is_named() -> None:
    with made_up(json_answer({"items": [RECORD, UNROUTED], "next": "ap2"})) as gateway:
        said = printed(run("approvals", "list", url=gateway.url))
        as_json = json_lines(printed(run("approvals", "list", "--json", url=gateway.url)))

    assert [line.split() for line in said.splitlines()[1:-1]] == [
        ["ap1", "SP1", "1", "准予", "0131", "市场监管局", "待认领", "1", "2023-06-27", "是"],
        ["ap2", "SP1", "1", "准予", "0131", "（督查室）", "待指派", "0", "2023-06-27"],
    ]
    assert said.splitlines()[-1] == "还有更多：--after ap2"
    assert (gateway.paths[0], dict(gateway.asked[0].url.params)) == (
        "GET /api/v1/approvals",
        {"limit": "100"},
    )
    assert as_json == [RECORD, UNROUTED]


def test_every_filter_of_the_list_is_asked_and_a_last_page_names_none_behind_it() -> None:
    filters = {
        "state": "pending",
        "unit": "u1",
        "source": "sp",
        "project": "SP1",
        "after": "ap1",
        "limit": "2",
    }
    options = [word for name, value in filters.items() for word in (f"--{name}", value)]
    with made_up(json_answer({"items": [RECORD], "next": None})) as gateway:
        said = printed(run("approvals", "list", *options, "--overdue", url=gateway.url))

    filters["project_no"] = filters.pop("project")
    assert dict(gateway.asked[0].url.params) == filters | {"overdue": "true"}
    assert "还有更多" not in said


def test_results_are_claimed_and_a_late_one_is_told() -> None:
    with made_up(claims) as gateway:
        said = printed(run("approvals", "claim", "ap1", "ap2", url=gateway.url))
        as_json = json_lines(printed(run("approvals", "claim", "ap1", "--json", url=gateway.url)))

    assert said == "ap1 SP1 已由市场监管局认领\nap2 SP1 已由市场监管局认领（超期）\n"
    assert gateway.paths[:2] == ["POST /api/v1/approvals/ap1/claim", "POST /api/v1/approvals/ap2/claim"]
    assert as_json == [RECORD | {"late": False}]


def test_the_first_claim_that_is_refused_ends_the_command() -> None:
    with made_up(claims) as gateway:
        result = run("approvals", "claim", "ap1", "ap9", "ap2", url=gateway.url)

    assert (code_of(result), result.stdout) == ("approval.not_pending", "ap1 SP1 已由市场监管局认领\n")
    assert len(gateway.paths) == 2


@pytest.mark.parametrize(("difference", "code"), [(0, 0), (2, 1)])
def test_a_day_is_set_against_the_ledger_and_a_difference_is_an_error(difference: int, code: int) -> None:
    day = DAY | {"difference": difference}
    command = ("approvals", "reconcile", "--day", "2023-06-20", "--source", "sp")
    with made_up(json_answer([day])) as gateway:
        shown = run(*command, url=gateway.url)
        as_json = run(*command, "--json", url=gateway.url)

    heads, row = (line.split() for line in shown.stdout.splitlines())
    assert (heads, row) == (["来源", *COUNTS.values()], ["sp", *(str(day[name]) for name in COUNTS)])
    assert (shown.exit_code, as_json.exit_code, json_lines(as_json.stdout)) == (code, code, [day])
    assert gateway.paths == ["GET /api/v1/approval-reconciliation"] * 2
    assert dict(gateway.asked[0].url.params) == {"day": "2023-06-20", "source": "sp"}
