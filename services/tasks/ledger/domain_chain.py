"""The chain of reviews 复核 of a submitted task: data of its plan; nobody reviews their own work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Invalid


class Reviewer(StrEnum):
    """Who reviews at a step of the chain.

    The lead unit's look 牵头初审 is at the parts of responsible units, before it hands in the whole; the others look
    at the whole after that.
    """

    LEAD = "lead"
    AUTHORITY = "authority"
    SUPERVISOR = "supervisor"


REVIEWER_WORDS = {
    Reviewer.LEAD: "牵头初审",
    Reviewer.AUTHORITY: "主管部门复核",
    Reviewer.SUPERVISOR: "督查室复核",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as a plan sets it; `authority` is the unit 主管部门 of the middle step."""

    steps: tuple[Reviewer, ...] = (Reviewer.SUPERVISOR,)
    authority: str | None = None

    @property
    def lead_looks_first(self) -> bool:
        """Whether the lead unit has to pass the parts of the others before it hands in the whole."""
        return Reviewer.LEAD in self.steps


def read_chain(steps: Sequence[str], authority: str | None) -> Chain:
    """Read a chain as people set it.

    Raises:
        Invalid: A step is unknown, stands twice or out of order, the last is not 督查室's, or no authority is named.
    """
    known = list(Reviewer)
    unknown = [step for step in steps if step not in known]
    order = [known.index(Reviewer(step)) for step in steps if step in known]
    if unknown or order != sorted(set(order)) or Reviewer.SUPERVISOR not in steps:
        words = "、".join(f"{one}（{REVIEWER_WORDS[one]}）" for one in known)
        message = f"复核链须按次序从 {words} 中选取，每级一次，最后一级须为 supervisor"
        raise Invalid(message, code="chain.invalid", field="steps", value=list(steps))
    if Reviewer.AUTHORITY in steps and not authority:
        message = "复核链含主管部门（authority）时须指明主管部门单位"
        raise Invalid(message, code="chain.authority_missing", field="authority")
    return Chain(tuple(Reviewer(step) for step in steps), authority)


def reviews_of(chain: Chain, signing: Collection[str]) -> tuple[Reviewer, ...]:
    """Give the reviews of the whole task: without the authority's where it signs for the task itself."""
    own_work = chain.authority in signing
    return tuple(
        step
        for step in chain.steps
        if step is Reviewer.SUPERVISOR or (step is Reviewer.AUTHORITY and not own_work)
    )
