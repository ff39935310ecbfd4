"""`duban vault …`: what ops teams do with the vault's wrapping key."""

import os

import typer

from deploy.cli.client import AsJson, show, show_json
from shared.errors import Invalid

app = typer.Typer(no_args_is_help=True)
VARIABLES = ("DUBAN_GATEWAY_DATABASE_URL", "DUBAN_VAULT_KEY", "DUBAN_VAULT_OLD_KEY")


@app.callback()
def _group() -> None:
    """Keep `rotate` a command of its own, also while it is the only one."""


@app.command()
def rotate(*, as_json: AsJson = False) -> None:
    """Wrap all data keys anew: with DUBAN_VAULT_KEY, those that DUBAN_VAULT_OLD_KEY wraps; safe to repeat."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway.vault.rotation import rotate_offline  # noqa: PLC0415 - the same.

    url, key, old = (_given(name) for name in VARIABLES)
    count = asyncio.run(rotate_offline(url, key=key, old_key=old))
    if as_json:
        show_json([{"rewrapped": count}])
    else:
        show(f"已用新密钥重新加密 {count} 把数据密钥；网关以新密钥重启后，可销毁旧密钥 / {count} rewrapped")


def _given(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        message = f"未设置 {name}：更换密钥需要 {'、'.join(VARIABLES)}，请在网关的容器内或设好这些变量后运行"
        raise Invalid(message, code="variable.missing", field=name)
    return value
