"""Progress of a rebuild: once a second, with what is done, how fast, and how long it will take."""

from deploy.rebuild.progress import Progress


def test_it_is_told_once_a_second_with_the_time_that_is_left() -> None:
    told: list[str] = []
    seconds = iter([0.0, 0.5, 2.0, 2.0, 2.5, 4.0, 4.0])  # One more each time that it tells.
    progress = Progress(100, tell=told.append, clock=lambda: next(seconds))

    for _ in range(4):
        progress.step("ratings", 10)

    assert told == [
        "duban: ratings: 20/100 events, 10 events/s, 8 s left\n",
        "duban: ratings: 40/100 events, 10 events/s, 6 s left\n",
    ]
