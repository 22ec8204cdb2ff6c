"""What units gave on two sides of a comparison, of those that gave a number in all of it."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import Connection, case, func, literal, or_, select

from plans.dialogue import AnswerState
from plans.stretches import Matched
from storage.tables import Figure, report_answers, reports

_ZERO = literal(0, Figure)


def matched(
    connection: Connection,
    plan: str,
    now: Collection[str],
    then: Collection[str],
    apart: Mapping[str, Collection[str]],
    units: Collection[str] | None = None,
) -> dict[str, Matched]:
    """Add up both sides by indicator, over the units that gave a number in every period.

    Of some units or of all, but for those that stand `apart` for an indicator.
    """
    answers = report_answers.c
    number = case((answers.state == AnswerState.ZERO.value, _ZERO), else_=answers.value)
    mine, theirs = (
        func.sum(case((reports.c.period.in_(side), number), else_=_ZERO)).label(name)
        for name, side in (("now", now), ("then", then))
    )
    each = (
        select(answers.code, mine, theirs)
        .join(report_answers, answers.report_id == reports.c.id)
        .where(
            reports.c.plan == plan,
            reports.c.period.in_({*now, *then}),
            reports.c.latest == 1,
            answers.code.in_(apart),
            *(
                or_(answers.code != code, reports.c.unit.not_in(some))
                for code, some in apart.items()
                if some
            ),
            number.is_not(None),
        )
        .group_by(answers.code, reports.c.unit)
        .having(func.count() == len({*now, *then}))
    )
    if units is not None:
        each = each.where(reports.c.unit.in_(units))
    one = each.subquery()
    whole = select(one.c.code, func.count(), func.sum(one.c.now), func.sum(one.c.then)).group_by(
        one.c.code
    )
    return {
        code: Matched(units=count, now=ours or Decimal(0), then=others or Decimal(0))
        for code, count, ours, others in connection.execute(whole)
    }
