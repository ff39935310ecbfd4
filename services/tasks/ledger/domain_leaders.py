"""Which leader a decision is: one who enters it, or one on whose behalf the supervision office does.

Invariant: a decision always names its leader, by post or code; whoever enters it is recorded beside.
"""

from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.domain_permits import is_supervisor
from shared.errors import Forbidden, Invalid

LEADER = "leader"


def leader_deciding(actor: Actor, name: str, *, word: str) -> str:
    """Give the post or code of the leader who decides; `word` is what is decided, in Chinese.

    Raises:
        Forbidden: Neither a leader nor the supervision office asks.
        Invalid: The supervision office does not say for whom.
    """
    said = name.strip()
    if actor.role == LEADER:
        return said or actor.id
    if not is_supervisor(actor):
        raise Forbidden(f"{word}须由领导决定", code="decision.leader_only", field="role")
    if not said:
        message = f"代领导录入{word}须写明决定领导的职务或代码（decided_by_name）"
        raise Invalid(message, code="decision.leader_missing", field="decided_by_name")
    return said
