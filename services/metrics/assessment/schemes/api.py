"""The inner HTTP API of schemes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import Connection

from services.metrics.assessment.api_parts import Body, Key, Tools, Why
from services.metrics.assessment.schemes import repository, service
from services.metrics.assessment.schemes.domain import Scheme
from services.metrics.assessment.schemes.repository import SchemeVersion
from services.metrics.assessment.scoring.domain import ROUNDING
from services.metrics.assessment.scoring.domain_changes import Change
from services.metrics.assessment.scoring.domain_words import rule_words
from services.metrics.permissions import Check
from shared.principal import Principal


class RuleView(BaseModel):
    """A line of a scheme in words."""

    code: str
    name: str
    weight: Decimal | None
    rule: str


class SchemeView(BaseModel):
    """A version of a scheme; nobody set one that ships."""

    scheme: str
    name: str
    version: int
    valid_from: date
    set_by: str
    set_at: datetime | None
    why: str
    rounding: str = ROUNDING
    rules: list[RuleView]
    content: dict[str, Any]

    @classmethod
    def of(cls, one: SchemeVersion) -> "SchemeView":
        """Show a version."""
        rules = [
            RuleView(
                code=line.code, name=line.name, weight=getattr(line, "weight", None), rule=rule_words(line)
            )
            for line in one.scheme.lines()
        ]
        return cls(
            scheme=one.scheme.scheme,
            name=one.scheme.name,
            version=one.version,
            valid_from=one.valid_from,
            set_by=one.set_by,
            set_at=one.set_at,
            why=one.why,
            rules=rules,
            content=one.scheme.model_dump(mode="json"),
        )


class SchemesView(BaseModel):
    """The newest versions of the schemes."""

    items: list[SchemeView]


class VersionsView(BaseModel):
    """All versions of a scheme, the newest first."""

    versions: list[SchemeView]


class RevisionBody(Body):
    """A new version, whole, and the period from which on it holds."""

    content: Scheme
    valid_from: Key
    why: Why


class DraftBody(Body):
    """A draft, and the period that it is tried on."""

    content: Scheme
    period: Key


class PreviewView(BaseModel):
    """What a draft would change: the units whose scores or ranks differ."""

    period: str
    run: int
    as_of: datetime
    units: int
    changes: list[Change]


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve `/assessment/schemes`, to those whom `check` lets in."""
    router = APIRouter(prefix="/assessment/schemes")

    @router.get("", dependencies=[Depends(check)])
    async def schemes() -> SchemesView:
        def work(connection: Connection) -> list[SchemeVersion]:
            return [repository.versions(connection, name)[0] for name in repository.names(connection)]

        return SchemesView(items=[SchemeView.of(one) for one in await tools.db.look(work)])

    @router.get("/{scheme}", dependencies=[Depends(check)])
    async def versions(scheme: str) -> VersionsView:
        found = await tools.db.look(lambda connection: repository.known_versions(connection, scheme))
        return VersionsView(versions=[SchemeView.of(one) for one in found])

    @router.put("/{scheme}")
    async def revise(
        scheme: str, body: RevisionBody, who: Annotated[Principal, Depends(check)]
    ) -> SchemeView:
        content = body.content.model_copy(update={"scheme": scheme})
        said = (who.id, body.why)
        made = await tools.db.run_sync(
            lambda tx: service.revise(tx, tools.measures, content, body.valid_from, said)
        )
        return SchemeView.of(made)

    @router.post("/{scheme}/preview", dependencies=[Depends(check)])
    async def preview(scheme: str, body: DraftBody) -> PreviewView:
        now = tools.db.clock.now()
        content = body.content.model_copy(update={"scheme": scheme})
        found = await tools.db.look(
            lambda connection: service.preview(connection, tools.measures, content, body.period, now)
        )
        return PreviewView(
            period=found.period_id,
            run=found.run,
            as_of=found.as_of,
            units=found.units,
            changes=found.changes,
        )

    return router
