"""Bodies of requests about rectifications."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.tasks.ledger.bodies import Body, Id, Words
from services.tasks.rectifications.domain import Side

Text = Annotated[str, Field(max_length=5000)]


class ProposalBody(Body):
    """What the rating is; see `Proposal`."""

    verdict: Id
    reason: Words
    grade: Id | None = None
    on_behalf_of: Id | None = None


class ReviewBody(Body):
    """What a person of the office says to it."""

    step: Literal["support", "confirm", "refuse"]
    reason: Words


class GradeBody(Body):
    """The class of the limit."""

    grade: Id
    reason: Words


class AppealBody(Body):
    """An appeal; see `Appeal`."""

    side: Side
    reason: Words
    on_behalf_of: Id | None = None


class DecisionBody(Body):
    """What an appeal comes to."""

    upheld: bool
    reason: Words


class LedgerBody(Body):
    """A 台账; see `LedgerEntry`."""

    measures: Text
    owner: Annotated[str, Field(max_length=200)]
    due_on: date
    on_behalf_of: Id | None = None


class RemedyBody(Body):
    """What was done; see `Remedy`."""

    mode: Id
    done: Text
    on_behalf_of: Id | None = None


class ReplyBody(Body):
    """What the rater was answered."""

    reply: Text
    on_behalf_of: Id | None = None


class CallBody(Body):
    """An attempt of a call-back; see `Call`."""

    reached: bool
    level: int | None = None
    note: Words = ""


class ClosingBody(Body):
    """Why a case is closed; needed where the rater is unsatisfied still."""

    reason: Words = ""


class ReopeningBody(Body):
    """Why a case is opened again."""

    reason: Words


class RulesBody(Body):
    """Rules of a place, all or some of them; see `Rules`. What is left out is as shipped."""

    region: Annotated[str, Field(max_length=12)] = ""
    reason: Words
    simple: int | None = None
    general: int | None = None
    complex: int | None = None
    first_grade: Id | None = None
    sample_percent: int | None = None
    escalate_to: Id | None = None
    invalid_percent: int | None = None
    invalid_least: int | None = None
    again_days: int | None = None
