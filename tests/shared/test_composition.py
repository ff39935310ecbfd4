"""What every service is put together from closes in order and says what runs."""

from prometheus_client import CollectorRegistry, Gauge

from shared.composition import Connections, show_build


async def test_connections_close_in_the_order_given_and_are_never_in_trouble() -> None:
    diary: list[str] = []

    async def close_client() -> None:
        diary.append("client")

    async def close_database() -> None:
        diary.append("database")

    connections = Connections(close_client, close_database)
    await connections.start()
    trouble = connections.problems()
    await connections.stop()

    assert (diary, trouble) == (["client", "database"], [])


def test_a_service_says_which_version_runs() -> None:
    registry = CollectorRegistry()

    show_build("tasks", registry)
    (found,) = [sample for metric in registry.collect() for sample in metric.samples]

    assert (found.name, found.labels["service"]) == ("duban_build_info", "tasks")
    assert found.labels["version"]


def test_figures_of_the_holder_are_shown_to_nobody_before_there_is_a_bus() -> None:
    registry = CollectorRegistry()
    figures = show_build("tasks", registry)
    Gauge("duban_things", "Things.", registry=figures.registry)

    assert not figures.held()
    assert registry.get_sample_value("duban_things") is None
