"""A bad rating becomes a task, once: registered, dispatched, assigned; one about the same service joins its task.

Invariant: a rating belongs to one case for ever, whatever is repeated (`rectification_rating`).
"""

from datetime import datetime

from services.tasks.acts import Act
from services.tasks.dispatch.domain import Found, Wanted
from services.tasks.dispatch.service import find_unit
from services.tasks.ledger import clocks
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import RECTIFY, Move, RoleName, State
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import make_move
from services.tasks.models import RectificationRow, RectifiedRatingRow
from services.tasks.rectifications import repository
from services.tasks.rectifications.domain import KIND, SOURCE, UNSATISFIED, Stage, StepName
from services.tasks.rectifications.domain_rules import owes_call_back
from services.tasks.rectifications.reopening import Again, go_again
from services.tasks.rectifications.repository import Case
from services.tasks.rectifications.steps import Taken, keep_step, take
from shared.clock import local_date
from shared.database import Tx
from shared.events.ratings import RatingSubmitted
from shared.events.rectifications import RectificationJudged, RectificationOpened

DIRECTORY = Actor(id="dispatch-directory", role="supervisor")  # Whose act it is when nobody's is.
OVER = frozenset({State.CLOSED, State.CANCELLED})
ANSWERED = frozenset({Stage.REPLY, Stage.CALL_BACK, Stage.CLOSING})


def is_bad(event: RatingSubmitted) -> bool:
    """Tell whether a rating is one that somebody gave and that is bad 差评."""
    return event.level <= UNSATISFIED and not event.is_default


async def take_rating(tx: Tx, event: RatingSubmitted, *, entered_at: datetime) -> None:
    """Register the task of a bad rating, or let the rating join the task of its service."""
    if await tx.session.get(RectifiedRatingRow, event.rating_id) is not None:
        return
    act = act_of_feed(tx, DIRECTORY, entered_at)
    known = await repository.case_of_service(
        tx.session, event.source_id, event.project_no, event.service_number
    )
    if known is None:
        await _open(tx, event, act)
    else:
        await _join(await begin(tx, act), await repository.hold_case(tx.session, known), event)


def act_of_feed(tx: Tx, actor: Actor, entered_at: datetime) -> Act:
    """Date what a feed brings by its event, so that a limit runs from when it arrived, however late it is read."""
    at = tx.cause.time if tx.cause else tx.now
    return Act(actor=actor, at=at, recorded_at=tx.now, entered_at=entered_at)


async def _open(tx: Tx, event: RatingSubmitted, act: Act) -> None:
    found = await find_unit(
        tx.session,
        Wanted(
            item_code=event.item_code,
            unit_code=event.unit_code,
            region_code=event.region_code,
            on=local_date(act.at),
        ),
    )
    task = await register_by_hand(tx, _entry(event, found), act)
    await tx.session.flush()
    place, version, rules = await repository.rules_for(tx.session, event.region_code)
    row = _row(event, found, act)
    row.task_id, row.grade, row.rules_region, row.rules_version = task.id, rules.first_grade, place, version
    row.call_back = owes_call_back(event.rating_id, rules.sample_percent, is_named=event.is_named)
    tx.session.add(row)
    await tx.session.flush()  # Ratings and steps refer to it.
    deed, case = await begin(tx, act), Case(await ledger.hold(tx.session, task.id), row)
    clocks.prepare(deed, case.held, RECTIFY, rules.workdays(rules.first_grade))
    _add_rating(deed, case, event)
    if found.unit_id is not None:
        await make_move(deed, case.held, MoveCommand(task_id=task.id, move=Move.ASSIGN))
    keep_step(deed, case, Taken(step=StepName.OPEN, to=Stage.VERIFY, details={"by": found.by}), Stage.VERIFY)
    opened = _opened(case, event, found.unit_id)
    deed.publish(opened, case.held)


def _entry(event: RatingSubmitted, found: Found) -> Entry:
    units: tuple[tuple[RoleName, str], ...] = (("lead", found.unit_id),) if found.unit_id else ()
    return Entry(
        kind=KIND,
        title=f"办件 {event.project_no} 差评整改",
        body="",
        units=units,
        source=SOURCE,
        source_ref=event.project_no,
        client_ref=f"rating {event.rating_id}",
    )


def _row(event: RatingSubmitted, found: Found, act: Act) -> RectificationRow:
    """Make the row of a case that begins; class, rules and 回访 are filled in by the caller."""
    shared = ("rating_id", "source_id", "project_no", "service_number", "unit_code", "item_code")
    same = ("region_code", "hall", "window", "level", "is_named", "rated_at")
    row = RectificationRow(**{name: getattr(event, name) for name in (*shared, *same)})
    row.opened_at, row.rated_unit, row.dispatched_by = act.at, found.unit_id, found.by
    row.stage, row.round, row.stands, row.refused, row.judges = Stage.VERIFY, 1, True, False, []
    row.measures = row.owner = row.reply = ""
    return row


def _add_rating(deed: Deed, case: Case, event: RatingSubmitted) -> RectifiedRatingRow:
    rating = RectifiedRatingRow(
        rating_id=event.rating_id,
        task_id=case.row.task_id,
        assessment_number=event.assessment_number,
        level=event.level,
        is_named=event.is_named,
        rated_at=event.rated_at,
        joined_at=deed.act.at,
    )
    case.ratings.append(rating)
    deed.tx.session.add(rating)
    return rating


def _opened(case: Case, event: RatingSubmitted, unit: str | None) -> RectificationOpened:
    return RectificationOpened(
        task_id=case.row.task_id,
        rating_id=event.rating_id,
        unit_id=unit,
        level=event.level,
        is_named=event.is_named,
        call_back=case.row.call_back,
    )


async def _join(deed: Deed, case: Case, event: RatingSubmitted) -> None:
    """Let a rating of the same service 追加评价 join its case, which goes on, is verified again, or is reopened."""
    row, rules = case.row, await repository.rules_of(deed.tx.session, case.row)
    newest = max(one.assessment_number for one in case.ratings)
    _add_rating(deed, case, event)
    row.call_back |= owes_call_back(event.rating_id, rules.sample_percent, is_named=event.is_named)
    row.is_named |= event.is_named
    later = event.assessment_number >= newest
    row.level = event.level if later else row.level
    stage, state = Stage(row.stage), State(case.held.task.state)
    reason, details = "同一办件又有差评", {"rating": event.rating_id, "level": event.level}
    if state in OVER and later:
        await go_again(deed, case, Again(StepName.JOIN, reason, details, up=True))
    elif not row.stands and stage in ANSWERED and state is State.SUBMITTED:
        again = Taken(step=StepName.JOIN, to=Stage.VERIFY, move=Move.PROGRESS, reason=reason, details=details)
        row.proposed, row.proposed_by, row.first_judge, row.judges = None, None, None, []
        await take(deed, case, again)
    else:
        await take(deed, case, Taken(step=StepName.JOIN, to=stage, reason=reason, details=details))
    deed.publish(_opened(case, event, case.held.task.answering_unit), case.held)
    if row.verdict is not None and row.stands:  # What was found of the service goes for this rating too.
        judged = {"rating_id": event.rating_id, "verdict": row.verdict, "stands": True}
        deed.publish(RectificationJudged.model_validate({"task_id": row.task_id} | judged), case.held)
