"""`duban notice channels`: check the file of channels, and send one test message; neither needs a running service."""

import asyncio
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import AsJson, show, show_json
from shared.errors import NotFound

if TYPE_CHECKING:
    from services.notify.channels.building import BuiltChannel
    from services.notify.channels.config import ChannelConfig
    from services.notify.domain import Outcome

app = typer.Typer(no_args_is_help=True)
_WORDS = {
    "sent": "已送达渠道",
    "refused": "被拒收",
    "failed": "未送出，可重试",
    "unknown": "结果不明，可能已送达",
}
_TELLS = "只发条数、编号和网址"
_NOTES = {  # What people who set a channel up should know of its kind.
    "wecom_robot": f"群里人人可见，{_TELLS}",
    "dingtalk_robot": f"群里人人可见，{_TELLS}；关键词须设为“督办”",
    "feishu_robot": f"群里人人可见，{_TELLS}",
    "email": "发提醒全文",
    "sms_http": _TELLS,
    "webhook": f"{_TELLS}，接收方须验签",
    "apprise": f"{_TELLS}；Apprise 只答成否，不说原因",
}
_SPARE = "备用：收件人的其他路线未能送出时才用"


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The JSON file of the channels.")], *, as_json: AsJson = False
) -> None:
    """Read a file of channels as the service would, and list them; nothing is called."""
    rows = [
        {
            "name": one.name,
            "kind": read.kind,
            "per_minute": one.per_minute,
            "needs_address": one.needs_address,
            "spare": read.spare,
            "note": _NOTES[read.kind],
        }
        for read, one in _channels(file)
    ]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        address = "按联系人地址发送" if row["needs_address"] else "地址固定"
        notes = "；".join([_SPARE, str(row["note"])] if row["spare"] else [str(row["note"])])
        show(f"{row['name']}  {row['kind']}  每分钟至多{row['per_minute']}条  {address}  {notes}")
    spare = sum(row["spare"] is True for row in rows)
    show(f"文件无误，共{len(rows)}个渠道" + (f"，其中备用{spare}个" if spare else ""))


@app.command("test")
def send_test(
    name: Annotated[str, typer.Argument(help="Name of the channel in the file.")],
    *,
    to: Annotated[
        str, typer.Option("--to", help="E-mail address, mobile number, or @… of somebody in the group.")
    ] = "",
    file: Annotated[
        Path, typer.Option("--file", envvar="DUBAN_CHANNELS_FILE", help="The JSON file of the channels.")
    ],
    as_json: AsJson = False,
) -> None:
    """Send one test message and say what came back; the exit code is 1 unless it was taken."""
    channels = {one.name: one for _, one in _channels(file)}
    if name not in channels:
        known = "、".join(channels) or "没有"
        raise NotFound(
            f"渠道文件 {file} 中没有渠道 {name}，有：{known}", code="channel.not_found", field="name"
        )
    outcome = asyncio.run(_send(channels[name], to))
    result = outcome.result.value
    if as_json:
        show_json([{"channel": name, "result": result, "detail": outcome.detail}])
    else:
        show(f"{name}：{_WORDS[result]}（{outcome.detail}）")
    if result != "sent":
        raise typer.Exit(1)


def _channels(file: Path) -> "list[tuple[ChannelConfig, BuiltChannel]]":
    from services.notify.channels.building import build_channels  # noqa: PLC0415 - `duban --help` stays fast.
    from services.notify.channels.reading import read_channels  # noqa: PLC0415 - beside it.

    read = read_channels(file)
    built = build_channels(read, real_now=lambda: datetime.now(UTC))
    return list(zip(read.channels, built, strict=True))


async def _send(channel: "BuiltChannel", to: str) -> "Outcome":
    from services.notify.domain_parcels import Letter  # noqa: PLC0415 - `duban --help` stays fast.
    from services.notify.ports import Parcel  # noqa: PLC0415 - beside it.

    text = "督办提醒渠道测试\n这是一条测试消息，收到即说明渠道可用，请勿回复。"
    letter = Letter("test", "test", "due", datetime.now(UTC), text, number="渠道测试")
    parcel = Parcel(
        id=f"test-{uuid.uuid4()}",
        number=1,
        channel=channel.name,
        recipient="test",
        urgent=False,
        letters=(letter,),
        text=text,
        to=to,
    )
    try:
        return await channel.send(parcel)
    finally:
        await channel.close()
