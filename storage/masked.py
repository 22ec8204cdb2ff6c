"""Which answers in force are hidden from whoever may not see small counts of people."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Connection

from plans.calendar import Period
from plans.dialogue import Answer
from plans.masking import Masking
from plans.pack import Pack
from storage import rollups, summaries

# Hidden numbers by period, unit and indicator.
Hidden = dict[tuple[str, str, str], Decimal]


def hidden_answers(
    connection: Connection, pack: Pack, periods: Iterable[Period], unit: str = ""
) -> Hidden:
    """Return the hidden answers of whole years' periods, of one unit or of all."""
    masking = Masking(pack)
    if not masking.codes:
        return {}
    calendar = sorted(periods, key=lambda one: (one.year, one.named_day))
    answers: dict[tuple[str, str], dict[str, Answer]] = {}
    units: set[str] = set()
    for row in summaries.figures(
        connection, pack.id, [one.id for one in calendar], codes=masking.codes, unit=unit
    ):
        answers.setdefault((row.period, row.unit), {})[row.code] = row.answer
        units.add(row.unit)
    found: Hidden = {}
    for _, same in groupby(calendar, key=lambda one: one.year):
        year = [period.id for period in same]
        for code in units:
            reports = [answers.get((period, code), {}) for period in year]
            for period, given, hidden in zip(year, reports, masking.hidden(reports), strict=True):
                for one in hidden:
                    found[period, code, one] = given[one].number or Decimal(0)
    return found


def anything_hidden(
    connection: Connection, pack: Pack, periods: Collection[Period], of: Collection[str], root: str
) -> bool:
    """Say whether any answer below a unit is hidden in some of a plan's periods."""
    masking = Masking(pack)
    sensitive = [code for code, one in pack.indicators.items() if one.sensitive]
    areas = None
    if root:
        inside = [unit.code for unit in pack.tree.subtree(root)]
        areas = [code for code in inside if pack.tree.children(code)]
    if rollups.any_small(connection, pack.id, of, sensitive, areas):
        return True
    if all(masking.only_small(code) for code in sensitive) and areas != []:
        return False
    years = {period.year for period in periods if period.id in of}
    whole = [period for period in periods if period.year in years]
    return any(
        period in of and (not root or pack.tree.within(unit, root))
        for period, unit, _ in hidden_answers(connection, pack, whole)
    )
