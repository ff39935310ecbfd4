"""The one list of measures: what each is called, in what unit it is read, and what it says of itself.

Live values, values as of an instant, rebuilds, Prometheus and scores all ask by these names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import cleandoc

from services.metrics.domain import TASK_MINIMUM
from services.metrics.measuring import domain_tasks as tasks
from services.metrics.measuring import of_rates, of_surveys
from services.metrics.measuring.domain import MeasureUnit
from services.metrics.measuring.domain_tasks import INSTRUCTIONS, SUPERVISED, Judge
from services.metrics.rates.functions import rule_of_file
from shared.errors import NotFound

ROUNDING = "取整：百分数截取两位小数，向下取整；分母不足 {minimum} 的不出数（样本不足）。"


@dataclass(frozen=True, slots=True)
class TaskMeasure:
    """A measure of tasks.

    Attributes:
        judge: What it says of a task.
        kinds: Which kinds of tasks it looks at.
        minimum: Tasks below which a share has no value.
    """

    title: str
    unit: MeasureUnit
    judge: Judge
    kinds: tuple[str, ...] = SUPERVISED
    minimum: int = TASK_MINIMUM
    version: int = 1

    @property
    def text(self) -> str:
        """Say how it is counted."""
        own = cleandoc(self.judge.__doc__ or "")
        return f"{own}\n{ROUNDING.format(minimum=self.minimum)}" if self.unit == "%" else own


@dataclass(frozen=True, slots=True)
class About:
    """What a measure says of itself."""

    name: str
    title: str
    unit: MeasureUnit
    text: str


OF_TASKS: Mapping[str, TaskMeasure] = {
    "tasks.on_time": TaskMeasure("按期办结率", "%", tasks.on_time),
    "tasks.on_time_original": TaskMeasure("按原定期限办结率", "%", tasks.on_time_original),
    "tasks.completed": TaskMeasure("完成率", "%", tasks.completed),
    "tasks.overdue": TaskMeasure("逾期未办结件数", "件", tasks.overdue),
    "tasks.late": TaskMeasure("逾期办结件数", "件", tasks.done_late),
    "tasks.returned": TaskMeasure("退回次数", "次", tasks.returned),
    "tasks.extended": TaskMeasure("延期次数", "次", tasks.extended),
    "measures.taken": TaskMeasure("督办措施次数", "次", tasks.measures_taken),
    "measures.urge": TaskMeasure("催办次数", "次", tasks.urged),
    "measures.talk": TaskMeasure("约谈次数", "次", tasks.talked),
    "measures.circular": TaskMeasure("书面通报次数", "次", tasks.circulated),
    "measures.plate": TaskMeasure("挂牌督办次数", "次", tasks.plated),
    "instructions.on_time": TaskMeasure("领导批示按期办结率", "%", tasks.on_time, INSTRUCTIONS),
    "instructions.completed": TaskMeasure("领导批示办结率", "%", tasks.completed, INSTRUCTIONS),
    "instructions.overdue": TaskMeasure("领导批示逾期未办结件数", "件", tasks.overdue, INSTRUCTIONS),
    "goals.progress": TaskMeasure("阶段目标完成比例", "%", tasks.goal_progress, minimum=1),
}


def names() -> list[str]:
    """List all measures."""
    return [*OF_TASKS, *of_rates.names(), of_surveys.NAME]


def about(name: str) -> About:
    """Say what a measure is.

    Raises:
        NotFound: There is none of that name.
    """
    if name in OF_TASKS:
        found = OF_TASKS[name]
        return About(name, found.title, found.unit, found.text)
    if name == of_surveys.NAME:
        return About(name, of_surveys.TITLE, "分", of_surveys.text())
    if name not in of_rates.names():
        known = "、".join(names())
        raise NotFound(f"没有测量 {name}，可用：{known}", code="measure.unknown", field="measure")
    rule = rule_of_file(name)
    return About(name, rule.title, of_rates.unit_of(name), rule.text)
