"""Apprise: its no is explained without secrets, its calls stay apart, and it is held as every channel is."""

import io
import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from apprise import NotifyFormat

from services.notify.channels.apprise import AppriseChannel
from services.notify.channels.building import build_channels
from services.notify.channels.config import AppriseUrl
from services.notify.channels.domain_apprise import without_secrets
from services.notify.channels.reading import read_channels
from services.notify.channels.robots import Terms
from services.notify.domain import Result
from shared.errors import Invalid
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.channels.made import Watch, apprise_url, letter, parcel, settings_of, written
from tests.notify.channels.vendors import APPRISE_PASSWORD


class Odd:
    """A plugin that does what the test wants, and says what a careless one may."""

    def __init__(self, *, raises: bool = False, said: object = True) -> None:
        self.raises = raises
        self.said = said
        self.over = threading.Event()

    def notify(self, *, body: str, title: str, body_format: NotifyFormat) -> bool:  # noqa: ARG002 - as called.
        if self.raises:
            raise RuntimeError("bad token very-secret-key at the vendor")
        logging.getLogger("apprise").warning("%s refused very-secret-key", title[:4])
        self.over.wait(0 if self.said is not None else 20)
        return self.said  # type: ignore[return-value]  # Plugins of others may answer anything.


def channel_of(service: Odd, **changes: object) -> AppriseChannel:
    said = {"name": "tail", "kind": "apprise", "url": "ntfys://very-secret-key", **changes}
    return AppriseChannel(AppriseUrl.model_validate(said), service, terms=Terms("", Watch()))


async def test_numbers_and_the_link_are_told_and_no_title_of_a_task(double: HttpDouble, opened: Open) -> None:
    await opened("apprise", double.base("apprise")).send(parcel(letter("12")))

    (asked,) = double.taken
    assert asked.json["title"] == "【督办提醒】共1条：到时提醒1条。"
    assert asked.json["message"] == "到时提醒：事项 12\n详情：https://duban.example/n/p-1"


async def test_a_no_comes_with_what_apprise_said(double: HttpDouble, opened: Open) -> None:
    outcome = await opened("apprise", double.base("apprise", "refuse")).send(parcel())

    assert outcome.is_retryable
    assert "error=403" in outcome.detail
    assert APPRISE_PASSWORD not in outcome.detail


@pytest.mark.parametrize("service", [Odd(raises=True), Odd(said=False), Odd(said=1), Odd(said="sent")])
async def test_whatever_is_no_plain_yes_is_failed_and_shows_no_secret(service: Odd) -> None:
    outcome = await channel_of(service).send(parcel())

    assert outcome.result is Result.FAILED
    assert "very-secret-key" not in outcome.detail
    assert "***" in outcome.detail


async def test_what_a_plugin_says_goes_into_no_log_of_ours() -> None:
    written_down = io.StringIO()
    handler = logging.StreamHandler(written_down)
    logging.getLogger().addHandler(handler)

    await channel_of(Odd(said=False)).send(parcel())
    logging.getLogger().removeHandler(handler)

    assert not written_down.getvalue()


async def test_no_call_begins_before_the_one_without_an_answer_is_over() -> None:
    service = Odd(said=None)
    channel = channel_of(service, timeout=0.05)

    first = await channel.send(parcel())
    second = await channel.send(parcel())
    service.over.set()

    assert (first.result, second.result) == (Result.UNKNOWN, Result.FAILED)
    assert second.detail == "the call before has not come back yet"


async def test_our_limit_holds_and_apprise_does_not_wait_between_messages(
    double: HttpDouble, opened: Open
) -> None:
    channel = opened("apprise", double.base("apprise"), per_minute=3)
    begun = time.monotonic()

    results = [(await channel.send(parcel())).result for _ in range(4)]

    assert results == [Result.SENT] * 3 + [Result.HELD]
    assert time.monotonic() - begun < 5  # Apprise would wait as long between two messages.


async def test_the_proxy_is_that_of_the_environment(
    double: HttpDouble, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{double.server_port}")

    outcome = await opened("apprise", "http://receiver.invalid/apprise/well").send(parcel())

    assert outcome.result is Result.SENT
    assert double.taken[0].path.startswith("http://receiver.invalid/")


def test_an_address_that_apprise_does_not_know_is_refused_when_it_is_built(tmp_path: Path) -> None:
    url = apprise_url("http://host", "nonsense")
    read = read_channels(written(tmp_path, settings_of("apprise", name="tail", url=url)))

    with pytest.raises(Invalid, match=r"渠道 tail 的 url：Apprise 不能用这个 nonsense://") as caught:
        build_channels(read, real_now=Watch())
    assert APPRISE_PASSWORD not in caught.value.message


def test_any_part_of_an_address_is_taken_out_of_what_is_said() -> None:
    said = without_secrets(
        "POST https://h.example/tök en1?k=abcd1 failed", "x://me:p4ss@h.example/t%C3%B6k%20en1?k=abcd1"
    )

    assert said == "POST https://***/***?k=*** failed"


# The plugins are loaded in one go whatever is a warning there, also where warnings are errors.
FRESH = """
from datetime import UTC, datetime
from services.notify.channels import building, config
assert "apprise" not in __import__("sys").modules
one = config.AppriseUrl(name="a", kind="apprise", url="json://127.0.0.1:9/x")
building.build_channels(config.ChannelsConfig(channels=(one,)), real_now=lambda: datetime.now(UTC))
from apprise.manager_plugins import NotificationManager
assert len(NotificationManager().schemas()) > 200
"""


@pytest.mark.slow
def test_apprise_is_loaded_where_it_is_used_and_then_whole() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FRESH], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
