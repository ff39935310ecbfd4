"""`duban contact`, against a gateway that is made up and answers as the service does."""

import json
from pathlib import Path
from typing import Any

from services.notify.contacts.book import Book
from shared.testing import json_lines
from tests.deploy.gateways import code_of, json_answer, made_up, printed, run

BOOK: dict[str, Any] = Book.model_validate(
    {
        "people": [
            {"id": "lee", "name": "李", "routes": [{"channel": "mail", "address": "lee@x"}]},
            {"id": "wang", "name": "王"},
        ],
        "posts": [
            {"mailbox": "supervision-office", "person": "wang", "since": "2023-06-01"},
            {"mailbox": "u1/leader", "person": "lee", "since": "2023-06-01", "until": "2023-12-31"},
        ],
        "leaves": [{"person": "lee", "since": "2023-07-01", "until": "2023-07-07", "deputy": "wang"}],
    }
).model_dump(mode="json")


def test_the_book_is_listed_by_mailbox_without_addresses() -> None:
    with made_up(json_answer(BOOK)) as gateway:
        said = printed(run("contact", "list", url=gateway.url))

    assert said.splitlines() == [
        "收件岗位            人员  姓名  起          止          渠道",
        "supervision-office  wang  王    2023-06-01  —           无（只进收件箱）",
        "u1/leader           lee   李    2023-06-01  2023-12-31  mail",
        "离岗 lee 2023-07-01 至 2023-07-07，由 wang 代理",
    ]


def test_one_unit_is_listed_with_its_people_alone() -> None:
    with made_up(json_answer(BOOK)) as gateway:
        own = printed(run("contact", "list", "--unit", "u1", url=gateway.url)).splitlines()
        office = printed(run("contact", "list", "--unit", "supervision-office", url=gateway.url)).splitlines()

    assert [line.split()[0] for line in own] == ["收件岗位", "u1/leader", "离岗"]
    assert [line.split()[0] for line in office] == ["收件岗位", "supervision-office"]


def test_a_person_or_the_readers_of_a_mailbox_are_shown_with_their_addresses() -> None:
    with made_up(json_answer(BOOK)) as gateway:
        person = printed(run("contact", "show", "lee", url=gateway.url))
        mailbox = printed(run("contact", "show", "supervision-office", url=gateway.url))
        as_json = json_lines(printed(run("contact", "show", "u1/leader", "--json", url=gateway.url)))

    assert person.splitlines() == [
        "lee 李",
        "  渠道 mail lee@x",
        "  任职 u1/leader 2023-06-01 至 2023-12-31",
        "  离岗 lee 2023-07-01 至 2023-07-07，由 wang 代理",
    ]
    assert mailbox.splitlines() == ["wang 王", "  任职 supervision-office 2023-06-01 至 今"]
    assert [(one["id"], len(one["posts"]), len(one["leaves"])) for one in as_json] == [("lee", 1, 1)]


def test_whoever_is_not_in_the_book_is_not_found() -> None:
    with made_up(json_answer(BOOK)) as gateway:
        refused = run("contact", "show", "zhao", url=gateway.url)

    assert (refused.exit_code, code_of(refused)) == (1, "contact.not_found")


def test_a_listed_book_can_be_set_again(tmp_path: Path) -> None:
    file = tmp_path / "book.json"
    with made_up(json_answer(BOOK)) as gateway:
        file.write_text(printed(run("contact", "list", "--json", url=gateway.url)), "utf-8")
        said = printed(run("contact", "set", str(file), url=gateway.url))
        as_json = printed(run("contact", "set", str(file), "--json", url=gateway.url))

    assert said.splitlines() == ["已替换通讯录：人员 2，任职 2，离岗 1"]
    assert (gateway.paths[1], gateway.said) == ("PUT /api/v1/contacts", BOOK)
    assert json_lines(as_json) == [json.loads(file.read_text("utf-8"))]
