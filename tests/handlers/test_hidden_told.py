"""Nothing that is said or written to who may not see small counts depends on what is hidden.

All that is hidden is changed to what it could be as well, and every screen and file stays the same
to the last byte. So no sum, no difference and nothing else that is made of them gives it away.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pytest
from sqlalchemy import Connection, delete

from handlers.documenting import INTERNAL
from handlers.making import make
from handlers.router import respond
from handlers.turn import Turn
from plans.calendar import Period
from plans.dialogue import Answer, AnswerState, questions_in
from plans.masking import Masking
from plans.messages import Address, Message, Task
from plans.pack import IndicatorKind, Pack
from plans.people import RoleKind
from plans.world import World
from storage import people, reports, tables
from storage.drafts import Key
from storage.rollups import place_of
from tests.person import Town

# Each with the moment at which its figures are read.
PLANS = {
    "binh_thuan_2024": datetime(2024, 12, 28, tzinfo=UTC),
    "hai_phong_2016_2020": datetime(2017, 12, 28, tzinfo=UTC),
    "lai_chau_2013": datetime(2013, 12, 28, tzinfo=UTC),
    "lai_chau_2021_2025": datetime(2022, 12, 28, tzinfo=UTC),
    "quang_ninh_2021_2025": datetime(2022, 12, 28, tzinfo=UTC),
}
FILES = ("docx", "xlsx", "csv", "dhis2", "adx")
# Reports by period and unit.
Given = dict[tuple[str, str], dict[str, Answer]]


@dataclass(frozen=True)
class Plan:
    """A plan, the periods that have come, and the units that are asked for what is masked."""

    world: World
    pack: Pack
    now: datetime

    @property
    def periods(self) -> list[Period]:
        calendar = self.world.calendars[self.pack.id]
        come = [p for p in calendar if not p.form and p.opens <= self.now.date()]
        return sorted(come, key=lambda one: (one.year, one.named_day))

    @property
    def codes(self) -> list[str]:
        return [code for code, one in self.pack.indicators.items() if one.sensitive]

    @property
    def units(self) -> list[str]:
        period = self.periods[-1]
        return [
            unit.code
            for unit in self.world.owing(self.pack.id, period)
            if any(q.indicator.sensitive for q in questions_in(self.pack, period, unit.code))
        ]


def some(chance: random.Random, plan: Plan) -> Given:
    """Return reports of all whose figures are masked: small ones, and near each other."""
    given: Given = {}
    for period in plan.periods:
        for unit in plan.units:
            if chance.random() < 0.1:
                continue
            found = {
                q.code: answer(chance, 9 if q.indicator.sensitive else 90)
                for q in questions_in(plan.pack, period, unit)
                if q.indicator.kind is not IndicatorKind.YES_NO
            }
            for check in plan.pack.checks:
                part, whole = found.get(check.part), found.get(check.whole)
                if part and whole and (part.number or 0) > (whole.number or 0):
                    found[check.part], found[check.whole] = whole, part
            given[period.id, unit] = found
    return given


def answer(chance: random.Random, most: int) -> Answer:
    number = chance.randint(-1, most)
    if number < 0:
        return Answer(state=AnswerState.MISSING)
    if not number:
        return Answer(state=AnswerState.ZERO)
    return Answer(state=AnswerState.VALUE, value=Decimal(number))


def years(plan: Plan, given: Given) -> Iterator[tuple[str, list[str], list[Mapping[str, Answer]]]]:
    """Yield each unit's reports of each year, with their periods."""
    for unit in plan.units:
        for year in sorted({period.year for period in plan.periods}):
            ids = [period.id for period in plan.periods if period.year == year]
            yield unit, ids, [given.get((period, unit), {}) for period in ids]


def hidden(plan: Plan, given: Given) -> dict[tuple[str, str, str], bool]:
    """Return by period, unit and code what is hidden, and whether it is so small itself."""
    masking = Masking(plan.pack)
    return {
        (period, unit, code): report[code].small
        for unit, ids, reported in years(plan, given)
        for period, report, codes in zip(ids, reported, masking.hidden(reported), strict=True)
        for code in codes
    }


def others(chance: random.Random, plan: Plan, given: Given, spared: str) -> Given:
    """Return the reports with all else that could as well be hidden, but for one unit's own."""
    before, found = hidden(plan, given), {key: dict(one) for key, one in given.items()}
    for (period, unit, code), small in before.items():
        if unit == spared:
            continue
        was = found[period, unit][code]
        values = [*range(1, 5)] if small else [*range(5, 17)]
        chance.shuffle(values)
        for value in values:
            if value == was.value:
                continue
            found[period, unit][code] = Answer(state=AnswerState.VALUE, value=Decimal(value))
            if fits(plan, found[period, unit]) and hidden(plan, found) == before:
                break
            found[period, unit][code] = was
    return found


def fits(plan: Plan, report: Mapping[str, Answer]) -> bool:
    """Say whether no part is larger than its whole."""
    pairs = [(report.get(check.part), report.get(check.whole)) for check in plan.pack.checks]
    return all(
        part.number <= whole.number
        for part, whole in pairs
        if part and whole and part.number is not None and whole.number is not None
    )


def fill(tx: Connection, plan: Plan, given: Given) -> None:
    for table in (tables.report_answers, tables.reports, tables.rollups):
        tx.execute(delete(table))
    for (period, unit), answers in given.items():
        reports.add(
            tx,
            Key(plan=plan.pack.id, period=period, unit=unit),
            answers,
            version=1,
            sent_at=plan.now,
            person_id=None,
            receipt=f"BC-{period}-{unit}",
            kept=[],
            place=place_of(plan.pack.tree, unit),
        )


def questions(plan: Plan, root: str) -> list[str]:
    """Return what to ask about the last period: every screen that shows a masked figure."""
    pack = plan.pack
    inside = [unit for unit in plan.units if pack.tree.within(unit, root)]
    asked = ["/giaidoan", "/giaidoan chi tieu", "/tiendo", *(f"/giaidoan {c}" for c in plan.codes)]
    period = plan.periods[-1].id
    asked += [f"/tonghop {period}", f"/tonghop {period} trang2", f"/tonghop {period} trang3"]
    asked += [f"/chitieu {period}", f"/chitieu {period} trang2", f"/chitieu {period} trang3"]
    asked += [f"/bieudo chi tieu {period}", f"/bieudo chi tieu {period} trang2"]
    asked += [f"/bieudo cung ky {period} {code}" for code in plan.codes]
    asked += [f"/tonghop {period} {code}" for code in plan.codes]
    asked += [f"/tonghop {period} luyke trang{page}" for page in (1, 2, 3)]
    asked += [f"/tonghop sosanh {period} trang{page}" for page in range(1, 11)]
    asked += [f"/tonghop {period} {code} luyke" for code in plan.codes]
    asked += [f"/tonghop {period} {code} trang2" for code in plan.codes]
    for unit in inside[-3:]:
        asked += [f"/xem {period} {unit}", f"/xem {period} {unit} +sosanh"]
        asked += [f"/tonghop {period} {unit} {code}" for code in plan.codes]
        asked += [f"/tonghop {period} {unit} {code} luyke" for code in plan.codes]
        asked.append(f"/tonghop sosanh {period} {unit}")
        asked += [f"/giaidoan {unit}", f"/chitieu {period} {unit}"]
    labels = [pack.indicators[code].label.vi for code in plan.codes]
    return asked + [f"{label} kỳ này bao nhiêu" for label in labels]


def told(tx: Connection, plan: Plan, given: Given, address: Address, root: str) -> dict[str, str]:
    """Return all that somebody reads and is sent."""
    person = people.person_at(tx, address)
    assert person
    found: dict[str, str] = {}
    for words in questions(plan, root):
        turn = Turn(
            connection=tx,
            world=plan.world,
            now=plan.now,
            message=Message(address=address, id=words, text=words),
            person=person,
            roles=people.roles_of(tx, person.id),
        )
        found[words] = respond(turn).text
    sent = [] if root else list(given)[-2:]
    tasks = [
        *(f"{kind} {plan.periods[-1].id}" for kind in FILES),
        *(f"unit {period} {unit}" for period, unit in sent),
    ]
    for words in tasks:
        task = Task(kind="document", words=f"{plan.pack.id} {words}")
        found[words] = content_of(make(tx, plan.world, plan.now, address, task).content)
    return found


def content_of(file: bytes) -> str:
    """Return what a file holds; of packed ones each part, without when it was packed."""
    if not is_zipfile(BytesIO(file)):
        return file.decode()
    with ZipFile(BytesIO(file)) as packed:
        return "".join(name + packed.read(name).decode("latin-1") for name in packed.namelist())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, RoleKind.OBSERVER) for name in PLANS),
        # Districts report what is masked here, their own coordinator sees that.
        ("binh_thuan_2024", RoleKind.DISTRICT_COORDINATOR),
    ],
)
async def test_what_is_hidden_could_be_other_and_nothing_told_would_change(
    town: Town, name: str, kind: RoleKind
) -> None:
    town.clock.set(PLANS[name])
    plan = Plan(town.app.world, town.app.world.packs[name], PLANS[name])
    districts = [unit.code for unit in plan.pack.tree if plan.pack.tree.children(unit.code)]
    root = districts[0] if kind is RoleKind.DISTRICT_COORDINATOR else ""
    reader = await town.joined("reader", kind, root, plan=name)
    binh = await town.joined("binh", RoleKind.COORDINATOR, plan=name)
    chance = random.Random(f"{name} {kind}")
    given = some(chance, plan)
    while not hidden(plan, given):
        given = some(chance, plan)
    changed = others(chance, plan, given, root)

    def read(tx: Connection) -> list[tuple[dict[str, str], str]]:
        both = []
        for one in (given, changed):
            fill(tx, plan, one)
            seen = told(tx, plan, one, reader.address, root)
            tables = [f"{name} csv {period.id} {INTERNAL}" for period in plan.periods]
            whole = [Task(kind="document", words=words) for words in tables]
            files = [make(tx, plan.world, plan.now, binh.address, task) for task in whole]
            both.append((seen, "".join(file.content.decode() for file in files)))
        return both

    (mine, whole), (other, whole_other) = await town.database.run(read)
    assert whole != whole_other  # the coordinator is told
    assert [words for words in mine if mine[words] != other[words]] == []
