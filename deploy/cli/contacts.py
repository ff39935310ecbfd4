"""`duban contact …`: the book of contacts 通讯录, read and written as a whole; through the gateway."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_json, show, show_json
from deploy.cli.tables import table
from shared.errors import NotFound

app = typer.Typer(no_args_is_help=True)
Json = Mapping[str, Any]


@app.command("list")
def list_contacts(
    *,
    unit: Annotated[str, typer.Option(help="Only the mailboxes of this unit.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List who reads which mailbox, from when to when, and by which channels; addresses stand in `show`.

    With --json: the whole book, which can be changed and handed to `duban contact set`.
    """
    book = _book(url, key)
    if as_json:
        show_json([book])
        return
    posts = [one for one in book["posts"] if unit in {"", _unit(one["mailbox"])}]
    for line in table(("收件岗位", "人员", "姓名", "起", "止", "渠道"), (_post(one, book) for one in posts)):
        show(line)
    people = {one["person"] for one in posts}
    for leave in book["leaves"]:
        if not unit or leave["person"] in people:
            show(_leave(leave))


@app.command("show")
def show_contact(
    who: Annotated[
        str, typer.Argument(help="Id of a person, or a mailbox: a unit, u1/leader, supervision-office.")
    ],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show a person, or everybody who reads a mailbox: addresses, posts and leaves."""
    book = _book(url, key)
    readers = {who} | {one["person"] for one in book["posts"] if one["mailbox"] == who}
    found = [_about(person, book) for person in book["people"] if person["id"] in readers]
    if not found:
        message = f"通讯录中没有人员或收件岗位 {who}，全部见 duban contact list"
        raise NotFound(message, code="contact.not_found", field="who")
    if as_json:
        show_json(found)
        return
    for one in found:
        for line in _lines(one):
            show(line)


@app.command("set")
def set_contacts(
    file: Annotated[
        Path, typer.Argument(help="The whole book (JSON): a changed copy of what list --json shows.")
    ],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Put a book in the place of the one before; one with a fault changes nothing.

    What it would change of the notices: `duban notice forecast --contacts FILE`.
    """
    with connect(url, key) as client:
        book = client.contacts.put_contacts(read_json(file)).to_json()
    if as_json:
        show_json([book])
        return
    show(f"已替换通讯录：人员 {len(book['people'])}，任职 {len(book['posts'])}，离岗 {len(book['leaves'])}")


def _book(url: str, key: str) -> Json:
    with connect(url, key) as client:
        return client.contacts.get_contacts().to_json()


def _unit(mailbox: str) -> str:
    return mailbox.partition("/")[0]


def _post(post: Json, book: Json) -> tuple[str, ...]:
    person = next(one for one in book["people"] if one["id"] == post["person"])
    channels = "、".join(way["channel"] for way in person["routes"]) or "无（只进收件箱）"
    return post["mailbox"], post["person"], person["name"], post["since"], post["until"] or "—", channels


def _leave(leave: Json) -> str:
    return f"离岗 {leave['person']} {leave['since']} 至 {leave['until']}，由 {leave['deputy']} 代理"


def _about(person: Json, book: Json) -> Json:
    parts = {
        name: [one for one in book[name] if one["person"] == person["id"]] for name in ("posts", "leaves")
    }
    return {**person, **parts}


def _lines(person: Json) -> Iterator[str]:
    yield f"{person['id']} {person['name']}"
    for way in person["routes"]:
        yield f"  渠道 {way['channel']} {way['address']}"
    for post in person["posts"]:
        yield f"  任职 {post['mailbox']} {post['since']} 至 {post['until'] or '今'}"
    for leave in person["leaves"]:
        yield f"  {_leave(leave)}"
