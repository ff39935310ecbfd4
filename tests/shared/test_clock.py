"""Business time may be shifted and sped up; real time never is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import DrillClock, LiveClock, at_local, end_of_day, local_date, read_clock
from shared.errors import Invalid

ORIGIN = datetime(2023, 6, 20, 1, tzinfo=UTC)


def drill(*, speed: float, ago: timedelta) -> DrillClock:
    return DrillClock(datetime.now(UTC) - ago, ORIGIN, speed)


def test_a_drill_runs_as_many_times_faster_as_its_speed_says() -> None:
    clock = drill(speed=3600, ago=timedelta(seconds=10))

    passed = clock.now() - ORIGIN

    assert timedelta(hours=10) <= passed < timedelta(hours=12)


def test_waiting_for_a_drill_instant_is_counted_in_real_seconds() -> None:
    clock = drill(speed=3600, ago=timedelta(0))

    wait = clock.real_seconds_until(ORIGIN + timedelta(hours=5))

    assert 3 < wait <= 5


def test_real_time_is_not_shifted_by_a_drill() -> None:
    clock = drill(speed=3600, ago=timedelta(days=1))

    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_restart_goes_on_with_the_kept_triple(tmp_path: Path) -> None:
    kept = drill(speed=60, ago=timedelta(minutes=1))
    file = tmp_path / "clock.json"

    file.write_text(kept.to_json())

    assert read_clock(file) == kept


def test_without_a_kept_triple_the_clock_is_live(tmp_path: Path) -> None:
    clocks = [read_clock(None), read_clock(tmp_path / "none.json")]

    assert [clock.drill for clock in clocks] == [False, False]


def test_a_broken_clock_file_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text('{"speed": 1}')

    with pytest.raises(Invalid, match=r"clock\.json"):
        read_clock(file)


def test_the_live_clock_counts_down_in_real_seconds() -> None:
    clock = LiveClock()

    assert 8 < clock.real_seconds_until(clock.real_now() + timedelta(seconds=10)) <= 10


def test_a_printed_date_is_due_at_the_last_second_of_its_day_in_shanghai() -> None:
    assert end_of_day(date(2023, 6, 30)) == datetime(2023, 6, 30, 15, 59, 59, tzinfo=UTC)


def test_the_day_of_an_instant_is_that_of_shanghai() -> None:
    late_evening = datetime(2023, 6, 30, 16, 30, tzinfo=UTC)

    assert local_date(late_evening) == date(2023, 7, 1)
    assert at_local(date(2023, 7, 1), 9) == datetime(2023, 7, 1, 1, tzinfo=UTC)
