"""The contract of the events: golden examples, AsyncAPI and words are those of the models, and others read them."""

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook

from shared.events import FEEDS, Envelope, asyncapi, examples, schemas
from shared.events.envelope import Event
from shared.webhooks import webhook_signature

PUBLISHED = schemas.published()
GOLDEN = {path.stem: path.read_bytes().rstrip(b"\n") for path in sorted(examples.FOLDER.glob("*.json"))}


def test_the_committed_golden_events_are_those_of_the_models() -> None:
    current = {name: examples.golden(model) for name, model in PUBLISHED.items()}

    assert current == GOLDEN, "run `make schemas` and commit what it writes"


def test_the_committed_asyncapi_documents_are_those_of_the_models() -> None:
    current = json.loads(json.dumps(asyncapi.documents(PUBLISHED)))

    assert asyncapi.committed() == current, "run `make schemas` and commit what it writes"


def test_a_golden_event_is_read_by_its_model_and_has_every_field() -> None:
    for name, raw in GOLDEN.items():
        read = Envelope.read(raw)
        assert isinstance(read.data, Event)
        assert (type(read.data), read.subject) == (PUBLISHED[name], read.data.subject)
        assert set(json.loads(raw)["data"]) == set(PUBLISHED[name].model_fields), name


def test_a_golden_event_is_read_by_the_public_sdk_of_cloudevents() -> None:
    for name, raw in GOLDEN.items():
        message = HTTPMessage({"content-type": "application/cloudevents+json"}, raw)
        event = from_http(message, JSONFormat())
        assert (event.get_type(), event.get_specversion()) == (name, "1.0")
        assert event.get_data() == json.loads(raw)["data"]
        assert event.get_time() == datetime(2023, 6, 20, 1, tzinfo=UTC)


def resolving(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Give a schema that stands alone, with the components that it refers to."""
    return {**schema, "components": document["components"]}


@pytest.mark.parametrize("feed", FEEDS)
def test_each_example_of_a_feed_fits_the_schema_of_its_message(feed: str) -> None:
    document = asyncapi.committed()[feed]

    for name, message in document["components"]["messages"].items():
        alone = resolving({"components": {"schemas": document["components"]["schemas"]}}, message["payload"])
        validator = jsonschema_rs.validator_for(alone)
        example = message["examples"][0]["payload"]
        assert list(validator.iter_errors(example)) == [], name
        assert not validator.is_valid(example | {"type": "cn.duban.other.v1"})


@pytest.mark.parametrize("feed", FEEDS)
def test_every_message_of_a_feed_is_in_its_channel_and_its_operation(feed: str) -> None:
    document = asyncapi.committed()[feed]
    messages = set(document["components"]["messages"])

    assert messages == {name for name, model in PUBLISHED.items() if model.feed() == feed}
    assert set(document["channels"][feed]["messages"]) == messages
    assert len(document["operations"][f"publish_{feed}"]["messages"]) == len(messages)


def test_every_event_and_every_field_has_its_chinese_words() -> None:
    words = examples.words()
    fields = {name for model in PUBLISHED.values() for name in model.model_fields}

    assert set(words["types"]) == set(PUBLISHED)
    assert all(one["name"] and one["meaning"] for one in words["types"].values())
    assert fields - set(words["fields"]) == set()


def test_a_signature_of_ours_is_the_one_of_the_specification_and_verifies_with_its_library() -> None:
    secret, name, stamp = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    body = b'{"test": 2432232314}'

    signature = webhook_signature(secret, name, stamp, body)
    theirs = Webhook(secret).sign(name, datetime.fromtimestamp(stamp, UTC), body.decode())

    assert signature == theirs == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
