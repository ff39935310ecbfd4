"""Reads the file of channels; what is wrong with it is one line that names channel, field, value and remedy."""

import json
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from services.notify.channels.config import ChannelConfig, ChannelsConfig
from shared.errors import Invalid

_KINDS: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in get_args(get_args(ChannelConfig)[0])
}


def read_channels(file: Path | None) -> ChannelsConfig:
    """Read the file; without one, all channels but the log are off.

    Raises:
        Invalid: It can't be read, or says something that it must not.
    """
    if file is None:
        return ChannelsConfig()
    try:
        said = json.loads(file.read_bytes())
    except OSError as error:
        raise _invalid(
            file, f"无法读取（{error.strerror}），请检查 DUBAN_CHANNELS_FILE 和文件权限"
        ) from error
    except ValueError as error:
        raise _invalid(file, f"不是 JSON（{error}），请照 docs/operations.md 的例子填写") from error
    try:
        return ChannelsConfig.model_validate(said)
    except ValidationError as error:
        # The first is enough: whoever mends it looks again. The cause is left out, since it would show secrets.
        raise _explained(file, error.errors()[0], said) from None


def _invalid(file: Path, message: str, *, field: str = "") -> Invalid:
    return Invalid(f"渠道文件 {file}：{message}", code="channels.invalid", field=field)


def _explained(file: Path, error: ErrorDetails, said: Any) -> Invalid:  # noqa: ANN401 - any JSON.
    match error["loc"]:
        case ("channels", int(place), *path):
            channel = said["channels"][place]
            name = channel.get("name") if isinstance(channel, dict) else None
            where = f"渠道 {name}" if isinstance(name, str) else f"第{place + 1}个渠道"
        case path:
            where = ""
    if path and path[0] in _KINDS:
        fields = _KINDS[str(path[0])].model_fields
        path = path[1:]
    else:
        fields = ChannelsConfig.model_fields
    known = fields.get(str(path[0])) if path else None
    field = ".".join(map(str, path))
    about = " ".join(filter(None, (where, f"的 {field}" if where and field else field)))
    remedy = f"；请填写：{known.description}" if known and known.description else ""
    return _invalid(file, f"{about}{_why(error, known)}{remedy}", field=field)


def _why(error: ErrorDetails, field: FieldInfo | None) -> str:
    if error["type"] == "missing":
        return " 缺少"
    if error["type"] == "extra_forbidden":
        return " 不是这里的项，请删去或改正名称"
    if error["type"].startswith("union_tag"):
        return f" 的 kind 不对，只能是 {'、'.join(_KINDS)}"
    cause = error.get("ctx", {}).get("error")
    said = str(cause) if isinstance(cause, ValueError) else "不对"
    value = error["input"]
    secret = field is None or "SecretStr" in str(field.annotation)
    shown = "" if secret or not isinstance(value, str | int | float) else f"的值 {value!r}"
    return f" {shown} {said}".replace("  ", " ")
