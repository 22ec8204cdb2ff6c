"""Every form of every plan: one unit that fills it in, in a period of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from plans.calendar import VIETNAM, Period
from plans.dialogue import Question, questions_in
from plans.pack import Pack
from plans.working_days import load_working_days
from plans.world import World


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One form as a unit fills it in: for which period, on its last day."""

    plan: str
    form: str
    unit: str
    period: Period
    before: Period | None
    questions: tuple[Question, ...]

    @property
    def morning(self) -> datetime:
        """Return the morning of the last day that is on time."""
        return datetime.combine(self.period.last_on_time, time(8), VIETNAM)


def every_form(packs: Mapping[str, Pack]) -> list[Filled]:
    """Return each form once: of the latest period in which a unit fills it in."""
    world = World(packs=packs, working_days=load_working_days(), secret=b"")
    found: dict[tuple[str, str], Filled] = {}
    for plan, pack in packs.items():
        for period in reversed(world.calendars[plan]):
            for unit in pack.tree:
                form = period.form or pack.unit_types[unit.type].form
                if (plan, form) not in found and period.concerns(unit):
                    earlier = [p for p in world.before(plan, period) if p.concerns(unit)]
                    found[plan, form] = Filled(
                        plan=plan,
                        form=form,
                        unit=unit.code,
                        period=period,
                        before=earlier[0] if earlier else None,
                        questions=questions_in(pack, period, unit.code),
                    )
    return list(found.values())
