"""The client: each part of the API is loaded when it is first used.

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

import httpx

from .calls import TIMEOUT, Calls

if TYPE_CHECKING:
    from .account import AccountApi
    from .accounts import AccountsApi
    from .approval_reconciliation import ApprovalReconciliationApi
    from .approval_rules import ApprovalRulesApi
    from .approvals import ApprovalsApi
    from .archive import ArchiveApi
    from .arrears import ArrearsApi
    from .assessment import AssessmentApi
    from .asyncapi import AsyncapiApi
    from .attachments import AttachmentsApi
    from .audit import AuditApi
    from .boards import BoardsApi
    from .burden import BurdenApi
    from .calendar import CalendarApi
    from .contacts import ContactsApi
    from .dispatch_rules import DispatchRulesApi
    from .duties import DutiesApi
    from .event_schemas import EventSchemasApi
    from .events import EventsApi
    from .extensions import ExtensionsApi
    from .feed_forms import FeedFormsApi
    from .feed_pulls import FeedPullsApi
    from .feed_reconciliation import FeedReconciliationApi
    from .feed_rejects import FeedRejectsApi
    from .feed_sources import FeedSourcesApi
    from .feed_summaries import FeedSummariesApi
    from .feeds import FeedsApi
    from .forecast import ForecastApi
    from .forms import FormsApi
    from .inbox import InboxApi
    from .indicators import IndicatorsApi
    from .inspection_limits import InspectionLimitsApi
    from .inspections import InspectionsApi
    from .keys import KeysApi
    from .knowledge import KnowledgeApi
    from .ledger import LedgerApi
    from .ledger_xlsx import LedgerXlsxApi
    from .lights import LightsApi
    from .links import LinksApi
    from .measure_rules import MeasureRulesApi
    from .measures import MeasuresApi
    from .notices import NoticesApi
    from .ops import OpsApi
    from .order_directory import OrderDirectoryApi
    from .order_proposals import OrderProposalsApi
    from .order_rules import OrderRulesApi
    from .orders import OrdersApi
    from .papers import PapersApi
    from .parcels import ParcelsApi
    from .plans import PlansApi
    from .plates import PlatesApi
    from .problems import ProblemsApi
    from .projects import ProjectsApi
    from .publications import PublicationsApi
    from .published_ratings import PublishedRatingsApi
    from .radar import RadarApi
    from .rates import RatesApi
    from .ratings import RatingsApi
    from .rectification_rules import RectificationRulesApi
    from .rectifications import RectificationsApi
    from .requests import RequestsApi
    from .return_forms import ReturnFormsApi
    from .return_targets import ReturnTargetsApi
    from .returns import ReturnsApi
    from .rules import RulesApi
    from .services import ServicesApi
    from .session import SessionApi
    from .silences import SilencesApi
    from .stage_goals import StageGoalsApi
    from .subscriptions import SubscriptionsApi
    from .summaries import SummariesApi
    from .surveys import SurveysApi
    from .tasks import TasksApi
    from .unit_changes import UnitChangesApi
    from .units import UnitsApi
    from .vault import VaultApi


class Duban:
    """A client of a gateway; as a context manager it closes its connections.

    Args:
        url: Address of the gateway.
        key: API key; empty for what is open to everybody.
        timeout: Seconds.
        http: Instead of a client made of the address and the key.
        calls: Instead of plain calls, for one who wants other failures.
    """

    def __init__(
        self,
        url: str = "",
        *,
        key: str = "",
        timeout: float = TIMEOUT,
        http: httpx.Client | None = None,
        calls: type[Calls] = Calls,
    ) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self.http = http or httpx.Client(base_url=url, headers=headers, timeout=timeout)
        self.calls = calls(self.http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self.http.close()

    @cached_property
    def account(self) -> AccountApi:
        """Give what is under /account."""
        from .account import AccountApi

        return AccountApi(self.calls)

    @cached_property
    def accounts(self) -> AccountsApi:
        """Give what is under /accounts."""
        from .accounts import AccountsApi

        return AccountsApi(self.calls)

    @cached_property
    def approval_reconciliation(self) -> ApprovalReconciliationApi:
        """Give what is under /approval_reconciliation."""
        from .approval_reconciliation import ApprovalReconciliationApi

        return ApprovalReconciliationApi(self.calls)

    @cached_property
    def approval_rules(self) -> ApprovalRulesApi:
        """Give what is under /approval_rules."""
        from .approval_rules import ApprovalRulesApi

        return ApprovalRulesApi(self.calls)

    @cached_property
    def approvals(self) -> ApprovalsApi:
        """Give what is under /approvals."""
        from .approvals import ApprovalsApi

        return ApprovalsApi(self.calls)

    @cached_property
    def archive(self) -> ArchiveApi:
        """Give what is under /archive."""
        from .archive import ArchiveApi

        return ArchiveApi(self.calls)

    @cached_property
    def arrears(self) -> ArrearsApi:
        """Give what is under /arrears."""
        from .arrears import ArrearsApi

        return ArrearsApi(self.calls)

    @cached_property
    def assessment(self) -> AssessmentApi:
        """Give what is under /assessment."""
        from .assessment import AssessmentApi

        return AssessmentApi(self.calls)

    @cached_property
    def asyncapi(self) -> AsyncapiApi:
        """Give what is under /asyncapi."""
        from .asyncapi import AsyncapiApi

        return AsyncapiApi(self.calls)

    @cached_property
    def attachments(self) -> AttachmentsApi:
        """Give what is under /attachments."""
        from .attachments import AttachmentsApi

        return AttachmentsApi(self.calls)

    @cached_property
    def audit(self) -> AuditApi:
        """Give what is under /audit."""
        from .audit import AuditApi

        return AuditApi(self.calls)

    @cached_property
    def boards(self) -> BoardsApi:
        """Give what is under /boards."""
        from .boards import BoardsApi

        return BoardsApi(self.calls)

    @cached_property
    def burden(self) -> BurdenApi:
        """Give what is under /burden."""
        from .burden import BurdenApi

        return BurdenApi(self.calls)

    @cached_property
    def calendar(self) -> CalendarApi:
        """Give what is under /calendar."""
        from .calendar import CalendarApi

        return CalendarApi(self.calls)

    @cached_property
    def contacts(self) -> ContactsApi:
        """Give what is under /contacts."""
        from .contacts import ContactsApi

        return ContactsApi(self.calls)

    @cached_property
    def dispatch_rules(self) -> DispatchRulesApi:
        """Give what is under /dispatch_rules."""
        from .dispatch_rules import DispatchRulesApi

        return DispatchRulesApi(self.calls)

    @cached_property
    def duties(self) -> DutiesApi:
        """Give what is under /duties."""
        from .duties import DutiesApi

        return DutiesApi(self.calls)

    @cached_property
    def event_schemas(self) -> EventSchemasApi:
        """Give what is under /event_schemas."""
        from .event_schemas import EventSchemasApi

        return EventSchemasApi(self.calls)

    @cached_property
    def events(self) -> EventsApi:
        """Give what is under /events."""
        from .events import EventsApi

        return EventsApi(self.calls)

    @cached_property
    def extensions(self) -> ExtensionsApi:
        """Give what is under /extensions."""
        from .extensions import ExtensionsApi

        return ExtensionsApi(self.calls)

    @cached_property
    def feed_forms(self) -> FeedFormsApi:
        """Give what is under /feed_forms."""
        from .feed_forms import FeedFormsApi

        return FeedFormsApi(self.calls)

    @cached_property
    def feed_pulls(self) -> FeedPullsApi:
        """Give what is under /feed_pulls."""
        from .feed_pulls import FeedPullsApi

        return FeedPullsApi(self.calls)

    @cached_property
    def feed_reconciliation(self) -> FeedReconciliationApi:
        """Give what is under /feed_reconciliation."""
        from .feed_reconciliation import FeedReconciliationApi

        return FeedReconciliationApi(self.calls)

    @cached_property
    def feed_rejects(self) -> FeedRejectsApi:
        """Give what is under /feed_rejects."""
        from .feed_rejects import FeedRejectsApi

        return FeedRejectsApi(self.calls)

    @cached_property
    def feed_sources(self) -> FeedSourcesApi:
        """Give what is under /feed_sources."""
        from .feed_sources import FeedSourcesApi

        return FeedSourcesApi(self.calls)

    @cached_property
    def feed_summaries(self) -> FeedSummariesApi:
        """Give what is under /feed_summaries."""
        from .feed_summaries import FeedSummariesApi

        return FeedSummariesApi(self.calls)

    @cached_property
    def feeds(self) -> FeedsApi:
        """Give what is under /feeds."""
        from .feeds import FeedsApi

        return FeedsApi(self.calls)

    @cached_property
    def forecast(self) -> ForecastApi:
        """Give what is under /forecast."""
        from .forecast import ForecastApi

        return ForecastApi(self.calls)

    @cached_property
    def forms(self) -> FormsApi:
        """Give what is under /forms."""
        from .forms import FormsApi

        return FormsApi(self.calls)

    @cached_property
    def inbox(self) -> InboxApi:
        """Give what is under /inbox."""
        from .inbox import InboxApi

        return InboxApi(self.calls)

    @cached_property
    def indicators(self) -> IndicatorsApi:
        """Give what is under /indicators."""
        from .indicators import IndicatorsApi

        return IndicatorsApi(self.calls)

    @cached_property
    def inspection_limits(self) -> InspectionLimitsApi:
        """Give what is under /inspection_limits."""
        from .inspection_limits import InspectionLimitsApi

        return InspectionLimitsApi(self.calls)

    @cached_property
    def inspections(self) -> InspectionsApi:
        """Give what is under /inspections."""
        from .inspections import InspectionsApi

        return InspectionsApi(self.calls)

    @cached_property
    def keys(self) -> KeysApi:
        """Give what is under /keys."""
        from .keys import KeysApi

        return KeysApi(self.calls)

    @cached_property
    def knowledge(self) -> KnowledgeApi:
        """Give what is under /knowledge."""
        from .knowledge import KnowledgeApi

        return KnowledgeApi(self.calls)

    @cached_property
    def ledger(self) -> LedgerApi:
        """Give what is under /ledger."""
        from .ledger import LedgerApi

        return LedgerApi(self.calls)

    @cached_property
    def ledger_xlsx(self) -> LedgerXlsxApi:
        """Give what is under /ledger_xlsx."""
        from .ledger_xlsx import LedgerXlsxApi

        return LedgerXlsxApi(self.calls)

    @cached_property
    def lights(self) -> LightsApi:
        """Give what is under /lights."""
        from .lights import LightsApi

        return LightsApi(self.calls)

    @cached_property
    def links(self) -> LinksApi:
        """Give what is under /links."""
        from .links import LinksApi

        return LinksApi(self.calls)

    @cached_property
    def measure_rules(self) -> MeasureRulesApi:
        """Give what is under /measure_rules."""
        from .measure_rules import MeasureRulesApi

        return MeasureRulesApi(self.calls)

    @cached_property
    def measures(self) -> MeasuresApi:
        """Give what is under /measures."""
        from .measures import MeasuresApi

        return MeasuresApi(self.calls)

    @cached_property
    def notices(self) -> NoticesApi:
        """Give what is under /notices."""
        from .notices import NoticesApi

        return NoticesApi(self.calls)

    @cached_property
    def ops(self) -> OpsApi:
        """Give what is under /ops."""
        from .ops import OpsApi

        return OpsApi(self.calls)

    @cached_property
    def order_directory(self) -> OrderDirectoryApi:
        """Give what is under /order_directory."""
        from .order_directory import OrderDirectoryApi

        return OrderDirectoryApi(self.calls)

    @cached_property
    def order_proposals(self) -> OrderProposalsApi:
        """Give what is under /order_proposals."""
        from .order_proposals import OrderProposalsApi

        return OrderProposalsApi(self.calls)

    @cached_property
    def order_rules(self) -> OrderRulesApi:
        """Give what is under /order_rules."""
        from .order_rules import OrderRulesApi

        return OrderRulesApi(self.calls)

    @cached_property
    def orders(self) -> OrdersApi:
        """Give what is under /orders."""
        from .orders import OrdersApi

        return OrdersApi(self.calls)

    @cached_property
    def papers(self) -> PapersApi:
        """Give what is under /papers."""
        from .papers import PapersApi

        return PapersApi(self.calls)

    @cached_property
    def parcels(self) -> ParcelsApi:
        """Give what is under /parcels."""
        from .parcels import ParcelsApi

        return ParcelsApi(self.calls)

    @cached_property
    def plans(self) -> PlansApi:
        """Give what is under /plans."""
        from .plans import PlansApi

        return PlansApi(self.calls)

    @cached_property
    def plates(self) -> PlatesApi:
        """Give what is under /plates."""
        from .plates import PlatesApi

        return PlatesApi(self.calls)

    @cached_property
    def problems(self) -> ProblemsApi:
        """Give what is under /problems."""
        from .problems import ProblemsApi

        return ProblemsApi(self.calls)

    @cached_property
    def projects(self) -> ProjectsApi:
        """Give what is under /projects."""
        from .projects import ProjectsApi

        return ProjectsApi(self.calls)

    @cached_property
    def publications(self) -> PublicationsApi:
        """Give what is under /publications."""
        from .publications import PublicationsApi

        return PublicationsApi(self.calls)

    @cached_property
    def published_ratings(self) -> PublishedRatingsApi:
        """Give what is under /published_ratings."""
        from .published_ratings import PublishedRatingsApi

        return PublishedRatingsApi(self.calls)

    @cached_property
    def radar(self) -> RadarApi:
        """Give what is under /radar."""
        from .radar import RadarApi

        return RadarApi(self.calls)

    @cached_property
    def rates(self) -> RatesApi:
        """Give what is under /rates."""
        from .rates import RatesApi

        return RatesApi(self.calls)

    @cached_property
    def ratings(self) -> RatingsApi:
        """Give what is under /ratings."""
        from .ratings import RatingsApi

        return RatingsApi(self.calls)

    @cached_property
    def rectification_rules(self) -> RectificationRulesApi:
        """Give what is under /rectification_rules."""
        from .rectification_rules import RectificationRulesApi

        return RectificationRulesApi(self.calls)

    @cached_property
    def rectifications(self) -> RectificationsApi:
        """Give what is under /rectifications."""
        from .rectifications import RectificationsApi

        return RectificationsApi(self.calls)

    @cached_property
    def requests(self) -> RequestsApi:
        """Give what is under /requests."""
        from .requests import RequestsApi

        return RequestsApi(self.calls)

    @cached_property
    def return_forms(self) -> ReturnFormsApi:
        """Give what is under /return_forms."""
        from .return_forms import ReturnFormsApi

        return ReturnFormsApi(self.calls)

    @cached_property
    def return_targets(self) -> ReturnTargetsApi:
        """Give what is under /return_targets."""
        from .return_targets import ReturnTargetsApi

        return ReturnTargetsApi(self.calls)

    @cached_property
    def returns(self) -> ReturnsApi:
        """Give what is under /returns."""
        from .returns import ReturnsApi

        return ReturnsApi(self.calls)

    @cached_property
    def rules(self) -> RulesApi:
        """Give what is under /rules."""
        from .rules import RulesApi

        return RulesApi(self.calls)

    @cached_property
    def services(self) -> ServicesApi:
        """Give what is under /services."""
        from .services import ServicesApi

        return ServicesApi(self.calls)

    @cached_property
    def session(self) -> SessionApi:
        """Give what is under /session."""
        from .session import SessionApi

        return SessionApi(self.calls)

    @cached_property
    def silences(self) -> SilencesApi:
        """Give what is under /silences."""
        from .silences import SilencesApi

        return SilencesApi(self.calls)

    @cached_property
    def stage_goals(self) -> StageGoalsApi:
        """Give what is under /stage_goals."""
        from .stage_goals import StageGoalsApi

        return StageGoalsApi(self.calls)

    @cached_property
    def subscriptions(self) -> SubscriptionsApi:
        """Give what is under /subscriptions."""
        from .subscriptions import SubscriptionsApi

        return SubscriptionsApi(self.calls)

    @cached_property
    def summaries(self) -> SummariesApi:
        """Give what is under /summaries."""
        from .summaries import SummariesApi

        return SummariesApi(self.calls)

    @cached_property
    def surveys(self) -> SurveysApi:
        """Give what is under /surveys."""
        from .surveys import SurveysApi

        return SurveysApi(self.calls)

    @cached_property
    def tasks(self) -> TasksApi:
        """Give what is under /tasks."""
        from .tasks import TasksApi

        return TasksApi(self.calls)

    @cached_property
    def unit_changes(self) -> UnitChangesApi:
        """Give what is under /unit_changes."""
        from .unit_changes import UnitChangesApi

        return UnitChangesApi(self.calls)

    @cached_property
    def units(self) -> UnitsApi:
        """Give what is under /units."""
        from .units import UnitsApi

        return UnitsApi(self.calls)

    @cached_property
    def vault(self) -> VaultApi:
        """Give what is under /vault."""
        from .vault import VaultApi

        return VaultApi(self.calls)
