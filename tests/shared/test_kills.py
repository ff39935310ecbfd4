import pytest

from tests.chaos.scenario import run


@pytest.mark.valkey
@pytest.mark.parametrize("victim", ["publisher", "reader", "counter"])
def test_a_process_killed_in_the_middle_of_its_work_loses_and_doubles_nothing(victim: str) -> None:
    tally = run(victim, kills=2, seed=7)

    assert tally.kills == 2
    assert tally.is_exact(), tally
