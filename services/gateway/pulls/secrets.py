"""Secrets of sources that are asked: from the environment, or one file each in a folder; never from the database."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from shared.errors import Invalid

LONGEST = 4096


class NamedSecrets:
    """Gives secrets by name; a file is read each time, so that a new one counts from the next round on.

    Args:
        given: Those of the environment; they come first.
        folder: Where each file's name is that of its secret; None for no folder.
    """

    def __init__(self, given: Mapping[str, SecretStr], folder: Path | None) -> None:
        self._given, self._folder = given, folder

    def named(self, name: str) -> str:
        """Give one.

        Raises:
            Invalid: There is none of this name, or its file can't be read.
        """
        if name in self._given:
            return self._given[name].get_secret_value()
        try:
            if self._folder is not None:
                return (self._folder / name).read_text("utf-8")[:LONGEST].strip()
        except (OSError, ValueError) as error:
            message = (
                f"密钥文件 {name} 无法读取（{type(error).__name__}），请由运维放入 DUBAN_FEED_SECRETS_FOLDER"
            )
            raise Invalid(message, code="pull.secret_unknown", field="secret") from error
        message = f"没有密钥 {name}，请由运维写入 DUBAN_FEED_SECRETS 或 DUBAN_FEED_SECRETS_FOLDER 中的文件"
        raise Invalid(message, code="pull.secret_unknown", field="secret")
