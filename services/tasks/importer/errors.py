"""The one failure of reading a plan file: it names the file, the value that is wrong and the remedy."""

from shared.errors import Invalid


class UnreadableDocument(Invalid):
    """The file can't be read as a plan document; nothing of it was taken over."""

    default_code = "document.unreadable"

    def __init__(self, name: str, *, problem: str, remedy: str, value: str = "") -> None:
        shown = f"（{value}）" if value else ""
        super().__init__(
            f"文件 {name} 无法读取：{problem}{shown}。{remedy}", field="file", file=name, value=value
        )
