"""Facts about the system as a whole: every event is published and listed, every document is true about names."""

import re
from pathlib import Path

from shared.events import OWNERS, models, schemas

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {path: path.read_text("utf-8") for path in (ROOT / "services").rglob("*.py")}

# What no service of ours has to know of, but systems that keep evidence, follow inspections and assessment, watch
# projects or indicators, or show ratings.
FOR_SUBSCRIBERS_ALONE = {
    "AppealDecided",
    "AppealFiled",
    "ApprovalSupervised",
    "AttachmentAdded",
    "AttachmentWithdrawn",
    "EventsMissed",
    "ExemptionApproved",
    "ExemptionRefused",
    "ExemptionRequested",
    "IndicatorMissed",
    "IndicatorReported",
    "InspectionApproved",
    "InspectionClosed",
    "InspectionConcluded",
    "InspectionFound",
    "InspectionStarted",
    "InspectionWithdrawn",
    "ListReleased",
    "ListWithdrawn",
    "NoticeAnswered",
    "ObservationScored",
    "OrderReferred",
    "PeriodClosed",
    "PeriodFinalised",
    "PeriodOpened",
    "PeriodPreviewed",
    "PeriodRescored",
    "ProjectLagged",
    "RatingPublished",
    "RatingWithdrawn",
    "RecordAnswered",
    "RecordEntered",
    "RecordObjected",
    "ReturnDelivered",
    "ReturnRefused",
    "SchemeRevised",
    "ScoreGiven",
    "StepTold",
    "SubscriptionTested",
    "SurveyClosed",
    "SurveyInvited",
    "SurveyOpened",
}


def event_names() -> dict[str, str]:
    """Type → class name of every event that can be published alone."""
    schemas.current()
    return {name: model.__name__ for name, model in models().items() if "shared.events" in model.__module__}


def test_every_event_type_is_listed_in_the_documents() -> None:
    text = (ROOT / "docs/events.md").read_text("utf-8")

    assert {name for name in event_names() if name not in text} == set()


def test_no_document_lists_a_type_that_does_not_exist() -> None:
    text = (ROOT / "docs/events.md").read_text("utf-8")

    assert set(re.findall(r"`(cn\.duban\.[a-z_.]+\.v\d+)`", text)) == set(event_names())


def test_every_event_is_published_by_the_owner_of_its_feed() -> None:
    def named_by_owner(kind: str, name: str) -> bool:
        home = ROOT / "services" / OWNERS[models()[kind].feed()]
        return any(
            name in text
            for path, text in SOURCES.items()
            if home in path.parents and "handlers" not in path.name
        )

    assert {kind for kind, name in event_names().items() if not named_by_owner(kind, name)} == set()


def test_every_event_has_a_reader_beside_the_archive() -> None:
    handlers = "".join(text for path, text in SOURCES.items() if "handlers" in path.name)

    assert {name for name in event_names().values() if name not in handlers} == FOR_SUBSCRIBERS_ALONE


def test_the_top_level_stays_small() -> None:
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {
        "var",
        "duban.egg-info",
        "build",
    }

    assert len(visible) <= 15


def test_every_decision_keeps_to_its_form() -> None:
    headings = ("## Context", "## Decision", "## Consequences", "## Alternatives", "## Enforced by")
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "docs/adr").glob("*.md")}

    wrong = {name for name, text in texts.items() if any(word not in text for word in headings)}
    long = {name for name, text in texts.items() if len(text.splitlines()) > 50}

    assert (wrong, long) == (set(), set())
