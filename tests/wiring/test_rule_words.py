"""What rules of notices may name is what the ledger has: the same kinds of tasks, the same levels."""

from services.notify.rulebooks.domain_faults import LEVELS
from services.notify.wording import KINDS
from services.tasks.ledger import kinds
from services.tasks.ledger.domain_sources import LEVELS as LEVELS_OF_THE_LEDGER


def test_rules_may_be_for_every_kind_of_the_ledger() -> None:
    assert set(kinds.KINDS) <= set(KINDS)


def test_rules_may_be_for_the_levels_of_the_ledger_and_no_other() -> None:
    assert dict(LEVELS_OF_THE_LEDGER) == LEVELS
