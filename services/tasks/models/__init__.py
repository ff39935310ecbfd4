"""Tables of the task registry, by subject; whoever adds a subject lists its tables here, and Alembic knows them."""

from services.tasks.models.approvals import ApprovalRow, ApprovalRuleRow, ApprovalStepRow
from services.tasks.models.arrears import ArrearsReportRow, DebtRow, InstalmentRow, PaymentRow
from services.tasks.models.asks import ReportAskRow, ReportRoundRow
from services.tasks.models.attachments import AttachmentRow
from services.tasks.models.dispatch import DispatchRuleRow, UnitCodeRow
from services.tasks.models.duties import DutyRow, OccurrenceRow
from services.tasks.models.fields import FieldRow
from services.tasks.models.inspections import (
    InspectionRow,
    InspectionStepRow,
    InspectionUnitRow,
    ObjectionRow,
)
from services.tasks.models.ledger import (
    ClockRow,
    ExtensionRow,
    LightRow,
    PartRow,
    PlanRuleRow,
    PlanRuleSettingRow,
    ReportRow,
    RevisionRow,
    TaskRow,
    TaskUnitRow,
    ToldRow,
)
from services.tasks.models.lights import LightChoiceRow
from services.tasks.models.links import LinkRow, TaskLinkRow
from services.tasks.models.measures import MeasureRow
from services.tasks.models.orders import (
    KnowledgeRow,
    OrderDirectoryRow,
    OrderFactRow,
    OrderHopRow,
    OrderProposalRow,
    OrderRow,
    OrderRuleRow,
    OrderStepRow,
    OrderVisitRow,
)
from services.tasks.models.plans import (
    CadenceRow,
    DocumentRow,
    DoubtRow,
    PlanRow,
    SectionRow,
    StageGoalRow,
    TargetRow,
)
from services.tasks.models.problems import ProblemRow, TaskBlockRow
from services.tasks.models.projects import (
    AdjustmentDecisionRow,
    AdjustmentRow,
    ProjectElementRow,
    ProjectFundRow,
    ProjectInvestmentRow,
    ProjectLagRow,
    ProjectNodeRow,
    ProjectPlanRow,
    ProjectRow,
    Yi,
)
from services.tasks.models.rectifications import (
    CallBackRow,
    MonitoredServiceRow,
    RectificationRow,
    RectificationRuleRow,
    RectificationStepRow,
    RectifiedRatingRow,
)
from services.tasks.models.rows import Base, Placed
from services.tasks.models.summaries import SummaryKindRow, SummaryRow
from services.tasks.models.units import AliasRow, PersonRow, UnitChangeRow, UnitNameRow, UnitRow
from services.tasks.models.workdays import CalendarDayRow, CalendarYearRow

__all__ = [
    "AdjustmentDecisionRow",
    "AdjustmentRow",
    "AliasRow",
    "ApprovalRow",
    "ApprovalRuleRow",
    "ApprovalStepRow",
    "ArrearsReportRow",
    "AttachmentRow",
    "Base",
    "CadenceRow",
    "CalendarDayRow",
    "CalendarYearRow",
    "CallBackRow",
    "ClockRow",
    "DebtRow",
    "DispatchRuleRow",
    "DocumentRow",
    "DoubtRow",
    "DutyRow",
    "ExtensionRow",
    "FieldRow",
    "InspectionRow",
    "InspectionStepRow",
    "InspectionUnitRow",
    "InstalmentRow",
    "KnowledgeRow",
    "LightChoiceRow",
    "LightRow",
    "LinkRow",
    "MeasureRow",
    "MonitoredServiceRow",
    "ObjectionRow",
    "OccurrenceRow",
    "OrderDirectoryRow",
    "OrderFactRow",
    "OrderHopRow",
    "OrderProposalRow",
    "OrderRow",
    "OrderRuleRow",
    "OrderStepRow",
    "OrderVisitRow",
    "PartRow",
    "PaymentRow",
    "PersonRow",
    "Placed",
    "PlanRow",
    "PlanRuleRow",
    "PlanRuleSettingRow",
    "ProblemRow",
    "ProjectElementRow",
    "ProjectFundRow",
    "ProjectInvestmentRow",
    "ProjectLagRow",
    "ProjectNodeRow",
    "ProjectPlanRow",
    "ProjectRow",
    "RectificationRow",
    "RectificationRuleRow",
    "RectificationStepRow",
    "RectifiedRatingRow",
    "ReportAskRow",
    "ReportRoundRow",
    "ReportRow",
    "RevisionRow",
    "SectionRow",
    "StageGoalRow",
    "SummaryKindRow",
    "SummaryRow",
    "TargetRow",
    "TaskBlockRow",
    "TaskLinkRow",
    "TaskRow",
    "TaskUnitRow",
    "ToldRow",
    "UnitChangeRow",
    "UnitCodeRow",
    "UnitNameRow",
    "UnitRow",
    "Yi",
]
