"""Sums over years equal the raw rows: flows added, the rest as of each year's last period."""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from handlers.desks import roles_for
from handlers.turn import Turn
from handlers.years import gather, years_reached
from plans.answers import AnswerKind
from plans.dialogue import Answer, AnswerState, questions_in
from plans.messages import Message
from plans.pack import IndicatorKind
from plans.people import Action, RoleKind
from storage import people, reports
from storage.drafts import Key
from storage.rollups import place_of
from storage.totals import Totals
from tests.person import Town

PLAN = "quang_ninh_2021_2025"
NOW = datetime(2023, 8, 1, tzinfo=UTC)
Raw = dict[tuple[str, str, str], Decimal]


def fill(tx: Connection, town: Town, seed: int) -> Raw:
    """Let some units send some periods, and return every number of them."""
    chance, world, raw = random.Random(seed), town.app.world, Raw()
    pack = world.packs[PLAN]
    for period in world.calendars[PLAN]:
        if period.form or period.opens > NOW.date():
            continue
        for unit in world.owing(PLAN, period):
            if chance.random() < 0.85:
                continue
            answers = {}
            for question in questions_in(pack, period, unit.code):
                if chance.random() < 0.2:
                    answers[question.code] = Answer(state=AnswerState.MISSING)
                    continue
                yes_no = question.indicator.answer_kind is AnswerKind.YES_NO
                number = Decimal(chance.randrange(2 if yes_no else 30))
                answers[question.code] = Answer(state=AnswerState.VALUE, value=number)
                if unit.type in question.indicator.counted_at:
                    raw[period.id, unit.code, question.code] = number
            key = Key(plan=PLAN, period=period.id, unit=unit.code)
            reports.add(
                tx,
                key,
                answers,
                version=1,
                sent_at=NOW,
                person_id=None,
                receipt=f"BC-{period.id}-{unit.code}",
                kept=[],
                place=place_of(pack.tree, unit.code),
            )
    return raw


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("root", ["", "193"])
async def test_every_year_and_every_sum_is_what_the_raw_rows_add_up_to(
    town: Town, seed: int, root: str
) -> None:
    town.clock.set(NOW)
    binh = await town.joined("binh", RoleKind.COORDINATOR, plan=PLAN)
    raw = await town.database.run(lambda tx: fill(tx, town, seed))
    assert len(raw) > 300

    def check(tx: Connection) -> int:
        known = people.person_at(tx, binh.address)
        assert known
        turn = Turn(
            connection=tx,
            world=town.app.world,
            now=NOW,
            message=Message(address=binh.address, id="x", text=""),
            person=known,
            roles=people.roles_of(tx, known.id),
        )
        [role] = roles_for(turn, Action.SEE_OTHERS)
        years = years_reached(turn, role)
        assert sorted(years) == [2021, 2022, 2023]
        totals = Totals(tx, turn.world, PLAN, years[2023][-1], root)
        pack, compared = totals.pack, 0
        for over in gather(turn, role, totals, years, pack.indicators):
            whole = Decimal(0)
            for one in over.years:
                periods = years[one.year]
                if over.indicator.kind is not IndicatorKind.FLOW:
                    periods = periods[-1:]
                there = {
                    key: number
                    for key, number in raw.items()
                    if key[0] in {p.id for p in periods}
                    and key[2] == over.code
                    and pack.tree.within(key[1], root)
                }
                assert (one.found.total, one.found.given) == (sum(there.values()), len(there))
                assert one.found.given <= one.expected
                assert one.running == (one.year == 2023)
                whole += one.found.total
                compared += len(there)
            if over.adds:
                assert over.total
                assert over.total.total == whole
            else:
                assert over.total is None
        return compared

    compared = await town.database.read(check)
    assert compared > (150 if not root else 3)


async def test_small_counts_of_people_are_withheld_with_every_sum_they_are_part_of(
    town: Town,
) -> None:
    town.clock.set(NOW)
    binh = await town.joined("binh", RoleKind.COORDINATOR, plan=PLAN)
    obs = await town.joined("obs", RoleKind.OBSERVER, plan=PLAN)
    pack = town.app.world.packs[PLAN]
    code = next(
        code
        for code, one in pack.indicators.items()
        if one.sensitive and one.kind is IndicatorKind.FLOW and "commune" not in one.counted_at
    )
    unit = next(u for u in pack.tree if u.type in pack.indicators[code].counted_at)

    def write(tx: Connection) -> None:
        for period, number in (("2021-Y", 40), ("2022-H1", 3), ("2022-Y", 50)):
            key = Key(plan=PLAN, period=period, unit=unit.code)
            answers = {code: Answer(state=AnswerState.VALUE, value=Decimal(number))}
            reports.add(
                tx,
                key,
                answers,
                version=1,
                sent_at=NOW,
                person_id=None,
                receipt=period,
                kept=[],
                place=place_of(pack.tree, unit.code),
            )

    await town.database.run(write)

    assert "Cộng 2021–2023: 93" in await binh.says(f"/giaidoan {code}")
    seen = await obs.says(f"/giaidoan {code}")
    assert "- 2021: 40" in seen
    assert "- 2022: không hiện" in seen
    assert "Cộng 2021–2023: không hiện" in seen
    assert "53" not in seen
    assert "93" not in seen
