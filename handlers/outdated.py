"""Which documents a change of figures affects, and who is told of it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import locales
from documents import wording
from handlers.consolidating import lines_of
from handlers.turn import Turn
from plans.added import Added
from plans.calendar import Period
from plans.judging import judge
from plans.messages import Reply
from plans.people import Action, may
from plans.world import World
from storage import documents, people
from storage.documents import Made
from storage.drafts import Key
from storage.totals import Totals

CORRECTED, ARRIVED, MOVED, MOVED_BACK = "corrected", "arrived", "moved", "moved_back"
LISTED = 6
# These hold the reports of their period alone; the DHIS2 values, running totals of the year too.
_OF_PERIOD = ("unit", "csv", "completion")
_OF_YEAR = ("dhis2", "adx")


class _Noting(Totals):
    """Totals that read nothing and note from which periods they would be made."""

    def __init__(self, turn: Turn, plan: str, period: Period, root: str) -> None:
        super().__init__(turn.connection, turn.world, plan, period, root)
        self.periods = {period.id}

    def in_period(self, code: str, period: Period | None = None) -> Added:
        """Note the period."""
        self.periods.add((period or self.period).id)
        return Added()

    def expected(self, code: str, period: Period | None = None) -> int:
        """Count nobody."""
        return 0

    def answers(self, code: str, unit_type: str) -> Mapping[str, Decimal | None]:
        """Return nobody's answers: they are of the period itself."""
        return {}


def periods_in(turn: Turn, kind: str, plan: str, period: Period, root: str = "") -> set[str]:
    """Return the periods whose figures stand in a document of one period, that one too."""
    if kind in _OF_PERIOD:
        return {period.id}
    if kind in _OF_YEAR:
        return {period.id, *(one.id for one in turn.world.year_so_far(plan, period))}
    noting = _Noting(turn, plan, period, root)
    lines_of(noting)
    for target in noting.pack.targets:
        judge(target, noting)
    return noting.periods


class Affected:
    """Tells of documents whether changed figures stand in them; each question is answered once."""

    def __init__(self, turn: Turn, plan: str) -> None:
        self._turn, self._plan = turn, plan
        self._tree = turn.world.packs[plan].tree
        self._periods: dict[tuple[str, str, str], set[str]] = {}

    def periods(self, one: Made) -> set[str]:
        """Return the periods whose figures stand in a document."""
        key = one.kind, one.period, one.root
        if key not in self._periods:
            period = self._turn.world.period(self._plan, one.period)
            found = {one.period}
            if period and (not one.root or one.root in self._tree):
                found = periods_in(self._turn, one.kind, self._plan, period, one.root)
            self._periods[key] = found
        return self._periods[key]

    def by(self, one: Made, changed: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return which of some changed reports, by period and unit, stand in a document."""
        periods = self.periods(one)
        return {
            (period, unit)
            for period, unit in changed
            if period in periods and unit in self._tree and self._tree.within(unit, one.root)
        }

    def since(self, one: Made) -> dict[str, int]:
        """Count by period the units whose figures in a document changed after its moment."""
        changed = documents.changed_since(
            self._turn.connection, self._plan, self.periods(one), one.moment
        )
        counts: dict[str, int] = {}
        for period, _ in self.by(one, changed):
            counts[period] = counts.get(period, 0) + 1
        return counts


def told_of_change(turn: Turn, reply: Reply, cause: str, *changed: Key) -> Reply:
    """Tell whoever made documents that figures in them changed; who changed them, in the reply.

    A report that came afterwards is told once for each document, every other change each time.
    """
    plan = changed[0].plan
    period = turn.world.period(plan, changed[0].period)
    if period is None:
        return reply
    affected = Affected(turn, plan)
    keys = {(key.period, key.unit) for key in changed}
    by_person: dict[int, list[Made]] = {}
    for one in documents.of_plan(turn.connection, plan):
        late = one.moment < turn.now and not (cause == ARRIVED and one.told)
        if late and affected.by(one, keys):
            by_person.setdefault(one.person_id, []).append(one)
    documents.warn(turn.connection, [one.id for of in by_person.values() for one in of], turn.now)
    key = f"document.affected.{cause}"
    for person_id, those in by_person.items():
        words = _words(turn, plan, period, [one.unit for one in changed], those)
        look = f"/vanban {those[0].period}"
        if person_id == turn.person.id:
            own = {n: w(turn.language) if callable(w) else w for n, w in words.items()}
            text = f"{reply.text}\n\n{turn.text(key, **own)}"
            choices = (*reply.choices, turn.choice("document.all", look))
            reply = replace(reply, text=text, choices=choices)
        elif _may_see(turn, person_id, plan, those):
            turn.tell(person_id, key, ("document.all", look), **words)
    return reply


def _may_see(turn: Turn, person_id: int, plan: str, those: list[Made]) -> bool:
    """Say whether somebody could still have any of some documents made."""
    tree = turn.world.packs[plan].tree
    roles = [one for one in people.roles_of(turn.connection, person_id) if one.plan == plan]
    return any(may(role, Action.SEE, one.root, tree) for role in roles for one in those)


def _words(
    turn: Turn, plan: str, period: Period, units: list[str], those: list[Made]
) -> dict[str, object]:
    """Return what a notice names: what changed, and each document once, as of its newest moment."""
    newest = {(one.kind, one.period, one.root, one.internal): one for one in reversed(those)}
    named = sorted(newest.values(), key=lambda one: -one.id)

    def lines(language: str) -> str:
        found = [document_line(language, turn.world, one, dated=True) for one in named[:LISTED]]
        if len(named) > LISTED:
            found.append(locales.text(language, "document.more", count=len(named) - LISTED))
        return "\n".join(found)

    pack = turn.world.packs[plan]
    return {
        "unit": ", ".join(wording.body_name(pack, unit) for unit in units),
        "period": lambda language: wording.period_name(language, period),
        "count": len(named),
        "documents": lines,
    }


def made_lines(turn: Turn, plan: str, period: Period) -> list[str]:
    """List what the person had made of a period, and where figures have changed since."""
    found = documents.made(turn.connection, plan, period.id, turn.person.id)
    affected = Affected(turn, plan)
    lines = [_made_line(turn, affected, one) for one in found[:LISTED]]
    return [turn.text("document.made", count=len(found)), *lines] if lines else []


def _made_line(turn: Turn, affected: Affected, one: Made) -> str:
    line, counts = document_line(turn.language, turn.world, one), affected.since(one)
    if not counts:
        return line
    changed = [
        turn.text("document.change", period=wording.period_name(turn.language, period), count=count)
        for period in turn.world.calendars[one.plan]
        if (count := counts.get(period.id))
    ]
    return line + turn.text("document.changed", periods="; ".join(changed))


def document_line(language: str, world: World, one: Made, *, dated: bool = False) -> str:
    """Write what a document is and of which moment; `dated`: of which period too."""
    pack, period = world.packs[one.plan], world.period(one.plan, one.period)
    where = pack.tree[one.root].name if one.root in pack.tree else pack.province.name
    if dated and period:
        where = f"{wording.period_name(language, period)} · {where}"
    return locales.text(
        language,
        "document.line",
        kind=kind_text(language, one.kind, internal=one.internal),
        where=where,
        moment=moment_text(language, one.moment),
    )


def kind_text(language: str, kind: str, *, internal: bool) -> str:
    """Name a kind of document, and that it is the copy for internal use."""
    name = locales.text(language, f"document.kind.{kind}")
    return locales.text(language, "document.internal_kind", kind=name) if internal else name


def moment_text(language: str, at: datetime) -> str:
    """Write the moment of a document's figures."""
    time, day = wording.clock(at), wording.day(at)
    return locales.text(language, "document.moment", time=time, day=day)
