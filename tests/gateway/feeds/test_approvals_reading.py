"""How a result of an approval is read and told apart, without a database."""

from datetime import datetime

from services.gateway.feeds.domain.drafts import Draft
from services.gateway.feeds.domain.reading import Context, read_record
from services.gateway.feeds.domain.steps import Outcome
from services.gateway.feeds.domain.steps_approvals import Approval, take_result
from services.gateway.feeds.service_sources import form_of
from shared.clock import SHANGHAI
from shared.events.approvals import ApprovalReceived
from tests.gateway.feeds.approving import CREDIT, LICENCE, NAME, as_export

CONTEXT = Context("sp", form_of("approvals", {}), datetime(2023, 6, 20, tzinfo=SHANGHAI))
LATER = {"审批结果": "注销", "审批时间": "2023-06-01"}


def draft(**changes: str) -> Draft:
    reading = read_record(as_export(1, **changes), CONTEXT)
    assert reading.faults == []
    return reading.drafts[0]


def take(approval: Approval, **changes: str) -> tuple[Outcome, int, int]:
    """Take a result; give what became of it, its version and the revision of its event."""
    read = draft(**changes)
    assert isinstance(read.event, ApprovalReceived)
    taken = take_result(approval, read, read.event)
    version = taken.event.version if isinstance(taken.event, ApprovalReceived) else 0
    return taken.outcome, version, taken.revision


def test_names_and_numbers_are_private_and_codes_are_not() -> None:
    read = draft(原办件编号="SP1")

    assert (read.private.name, read.private.certificate, read.private.text) == (NAME, CREDIT, LICENCE)
    assert isinstance(read.event, ApprovalReceived)
    assert (read.event.item_type, read.event.region_code, read.event.amends) == (
        "01",
        "610481000000",
        "sp.SP1",
    )
    assert not any(word in read.event.model_dump_json() for word in (NAME, CREDIT, LICENCE))


def test_what_amends_itself_is_refused() -> None:
    [fault] = read_record(as_export(1, 原办件编号="SP20230001"), CONTEXT).faults

    assert (fault.code, fault.field) == ("approval.amends_itself", "原办件编号")


def test_results_without_a_version_are_told_apart_by_their_time() -> None:
    approval = Approval("sp.SP20230001", "sp")

    assert take(approval) == (Outcome.ACCEPTED, 1, 1)
    assert take(approval) == (Outcome.REPEATED, 0, 0)
    assert take(approval, **LATER) == (Outcome.ACCEPTED, 2, 2)
    assert take(approval, 审批结果="不予") == (Outcome.CONFLICT, 0, 0)
    assert approval.new == [1, 2]


def test_results_with_a_version_are_told_apart_by_it_alone() -> None:
    approval = Approval("sp.SP20230001", "sp")

    assert take(approval, 结果版本="3") == (Outcome.ACCEPTED, 3, 1)
    assert take(approval, 结果版本="3") == (Outcome.REPEATED, 0, 0)
    assert take(approval, 结果版本="1", **LATER) == (Outcome.ACCEPTED, 1, 2)
    assert take(approval, 结果版本="3", **LATER) == (Outcome.CONFLICT, 0, 0)
    assert take(approval, 审批时间="2023-06-02") == (Outcome.ACCEPTED, 4, 3)
