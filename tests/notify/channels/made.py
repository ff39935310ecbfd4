"""Channels and parcels of the tests, each with what the test doesn't care about filled in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.notify.channels.building import BuiltChannel, build_channels
from services.notify.channels.reading import read_channels
from services.notify.domain_parcels import Letter
from services.notify.ports import Parcel
from shared.clock import end_of_day
from tests.notify.channels import vendors
from tests.notify.made import JUNE_30

LINK = "https://duban.example/n/{parcel}"
SMS_BODY = {"mobile": "{to}", "params": '{"number":"{number}","count":"{count}"}', "outId": "{id}"}
BEGUN = datetime.fromtimestamp(1_700_000_000, UTC)
ADDRESSES = {"email": "well@double.test", "sms_http": "13800000000"}


@dataclass(slots=True)
class Watch:
    """A clock that a test moves."""

    now: datetime = BEGUN

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def apprise_url(base: str, schema: str = "json") -> str:
    """Write the address of a double as Apprise has it, with its login."""
    login = f"{vendors.APPRISE_USER}:{vendors.APPRISE_PASSWORD}"
    return f"{schema}://{login}@{base.removeprefix('http://')}/in"


def settings_of(kind: str, base: str = "http://127.0.0.1:9", **changes: object) -> dict[str, Any]:
    """Give a channel's part of the file; what a change sets to None is left out."""
    url = {"url": f"{base}/in"}
    own: dict[str, dict[str, object]] = {
        "wecom_robot": {"base_url": base, "key": vendors.WECOM_KEY},
        "dingtalk_robot": {
            "base_url": base,
            "token": vendors.DINGTALK_TOKEN,
            "secret": vendors.DINGTALK_SECRET,
        },
        "feishu_robot": {"base_url": base, "token": vendors.FEISHU_TOKEN, "secret": vendors.FEISHU_SECRET},
        "sms_http": {
            **url,
            "headers": {"Authorization": vendors.SMS_KEY},
            "body": SMS_BODY,
            "answer": {"path": "code", "sent": ["OK"], "retry": ["LIMIT"]},
        },
        "webhook": {**url, "secret": f"whsec_{vendors.WEBHOOK_KEY}", "answer": {"path": "code", "sent": [0]}},
        "apprise": {"url": apprise_url(base)},
        "email": {"host": "127.0.0.1", "security": "none", "sender": "duban@example.test"},
    }
    said = {"name": kind, "kind": kind, **own[kind], **changes}
    return {name: value for name, value in said.items() if value is not None}


def written(folder: Path, *channels: object, link: str = LINK) -> Path:
    file = folder / "channels.json"
    file.write_text(json.dumps({"link": link, "channels": channels}), "utf-8")
    return file


def channel(
    folder: Path,
    kind: str,
    base: str = "http://127.0.0.1:9",
    watch: Callable[[], datetime] | None = None,
    *,
    link: str = LINK,
    **changes: object,
) -> BuiltChannel:
    """Build one channel from a file, as the service does."""
    file = written(folder, settings_of(kind, base, **changes), link=link)
    return build_channels(read_channels(file), real_now=watch or Watch())[0]


def letter(number: str = "12", rung: str = "due", title: str = "建设示范路") -> Letter:
    text = f"【到时提醒】重点任务《{title}》请按时办结。"
    return Letter(f"n-{number}", f"t-{number}", rung, end_of_day(JUNE_30), text, number=number)


def parcel(*letters: Letter, id_: str = "p-1", to: str = "", number: int = 1, kind: str = "any") -> Parcel:
    kept = letters or (letter(),)
    text = f"督办提醒共{len(kept)}条：到时提醒{len(kept)}条。\n1. {kept[0].text}"
    return Parcel(
        id_, number, kind, "u1", urgent=False, letters=kept, text=text, to=to or ADDRESSES.get(kind, "")
    )
