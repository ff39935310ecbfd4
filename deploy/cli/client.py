"""How the command line talks to the gateway: the generated client with one way to fail, and one way to print."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import httpx
import typer

from deploy.api_client import ApiError, Calls, Duban, Model
from shared.errors import DubanError, Invalid, Permanent, Unavailable

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT = 60.0  # seconds
SERVICES = ("gateway", "tasks", "notify", "metrics")
# What is wrong with every service alike, so that asking the next one would only say it again.
_COMMON_TROUBLES = {"gateway.down", "key.missing", "key.invalid", "key.expired", "scope.missing"}

Url: TypeAlias = Annotated[str, typer.Option("--url", envvar="DUBAN_URL", help="Address of the gateway.")]
ApiKey: TypeAlias = Annotated[str, typer.Option("--key", envvar="DUBAN_API_KEY", help="API key.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def read_file(file: Path) -> bytes:
    """Read a file that somebody named; `-` is standard input.

    Raises:
        Invalid: It can't be read; the message says why.
    """
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"文件 {file} 无法读取（{error.strerror}）"
        raise Invalid(message, code="file.unreadable", field="file") from error


def write_file(file: Path, content: bytes, *, field: str = "file") -> None:
    """Write a file that somebody named.

    Raises:
        Invalid: It can't be written; the message says why.
    """
    try:
        file.write_bytes(content)
    except OSError as error:
        message = f"文件 {file} 无法写入（{error.strerror}）"
        raise Invalid(message, code="file.unwritable", field=field) from error


def read_json(file: Path, *, field: str = "file") -> Any:  # noqa: ANN401 - JSON.
    """Read a JSON file that somebody named.

    Raises:
        Invalid: It can't be read, or is no JSON; the message says where.
    """
    try:
        return json.loads(read_file(file))
    except ValueError as error:
        message = f"文件 {file} 不是有效的 JSON（{error}），请改正后再试"
        raise Invalid(message, code="file.not_json", field=field) from error


class _OurCalls(Calls):
    """Calls whose failures are those of the command line.

    Raises:
        Unavailable: The gateway does not answer, or a service behind it is down.
        Permanent: It refuses; the message is its own.
    """

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn what the client raises into what the command line tells."""
        try:
            yield
        except ApiError as error:
            raise refusal(error) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise silent(self.http, error) from error


def connect(url: str, key: str) -> Duban:
    """Open a client for the gateway at `url`.

    Raises:
        Invalid: There is no key, or the key or the address is none.
    """
    if not key:
        message = (
            "没有密钥：请设置环境变量 DUBAN_API_KEY，或用 --key（首次启动时显示，或用 duban key create 新建）"
        )
        raise Invalid(message, code="key.missing", field="key")
    if not key.isascii():  # Such a header can't be sent.
        raise Invalid("密钥含有非 ASCII 字符，请检查 --key 或 DUBAN_API_KEY", code="key.invalid", field="key")
    headers = {"authorization": f"Bearer {key}"}
    try:
        http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT, trust_env=False)
    except httpx.InvalidURL as error:
        message = f"网关地址 {url} 无法识别（{error}），请检查 --url"
        raise Invalid(message, code="url.invalid", field="url") from error
    return client_over(http)


def client_over(http: httpx.Client) -> Duban:
    """Give the client that calls over `http`, with the failures of the command line."""
    return Duban(http=http, calls=_OurCalls)


def each_service(service: str, work: Callable[[str], None]) -> None:
    """Do `work` for one service, or for all of them when none is named: those that fail are told, a line each.

    Raises:
        DubanError: The one service fails, or what fails would fail for all of them.
        typer.Exit: Some of them failed; the exit code is 1.
    """
    if service:
        work(service)
        return
    failed = False
    for name in SERVICES:
        try:
            work(name)
        except DubanError as error:
            if error.code in _COMMON_TROUBLES:
                raise
            failed = True
            sys.stderr.write(f"duban: {name}: {error.message}\n")
    if failed:
        raise typer.Exit(1)


def silent(client: httpx.Client, error: Exception) -> Unavailable:
    """Say that the gateway does not answer."""
    reason = str(error) or type(error).__name__
    message = f"网关 {client.base_url} 没有应答（{reason}），请先启动（duban up）或检查 --url"
    return Unavailable(message, code="gateway.down")


def refusal(error: ApiError) -> DubanError:
    """Turn what the gateway said into the error that it was; its detail `problem` is the whole document."""
    kind = Unavailable if error.status >= 500 else Permanent
    message = f"网关拒绝了请求（{error.status} {error.code}）：{error.message}"
    return kind(message, code=error.code, problem=error.problem)


def given(**parameters: object) -> dict[str, str]:
    """Keep the query parameters that were given."""
    return {name: str(value) for name, value in parameters.items() if value not in {None, ""}}


def tell_more(client: Duban) -> None:
    """Say on standard error that the list which was answered last has more rows."""
    if client.calls.following:
        sys.stderr.write("还有更多，请用 --limit 加大行数\n")


def show_json(items: Iterable[Mapping[str, Any] | Model]) -> None:
    """Print one JSON object a line; a model as it was answered."""
    for item in items:
        told = item.to_json() if isinstance(item, Model) else item
        show(json.dumps(told, ensure_ascii=False))


def show(line: str) -> None:
    """Print a line at once, so that pipes see it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
