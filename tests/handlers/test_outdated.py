"""Every document that holds a figure is known to: by what is read for it, and by its bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection, delete

from bot.rehearsal import send
from handlers.asked import Asked
from handlers.consolidating import consolidate
from handlers.making import make
from handlers.outdated import periods_in
from handlers.turn import Turn
from plans.added import Added
from plans.calendar import Period
from plans.dialogue import Answer, AnswerState
from plans.messages import Message, Task
from plans.people import RoleKind
from storage import people, rollups, tables
from storage.drafts import Key
from storage.totals import Totals
from tests.documents.shipped import IDS, given, periods
from tests.handlers.test_hidden_told import content_of
from tests.person import Person, Town

NOW = datetime(2026, 12, 28, tzinfo=UTC)
KINDS = ("docx", "xlsx", "csv", "dhis2", "adx", "completion")
PLAN = "quang_ninh_2021_2025"


def turn_of(tx: Connection, town: Town, who: Person) -> Turn:
    person = people.person_at(tx, who.address)
    assert person
    message = Message(address=who.address, id="x", text="")
    roles = people.roles_of(tx, person.id)
    world = town.app.world
    return Turn(connection=tx, world=world, now=NOW, message=message, person=person, roles=roles)


@pytest.mark.parametrize("plan", IDS)
async def test_what_is_read_for_a_report_is_known(
    plan: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    binh = await town.joined("binh", RoleKind.COORDINATOR, plan=plan)
    read: set[str] = set()
    really = Totals.in_period

    def noted(self: Totals, code: str, period: Period | None = None) -> Added:
        if type(self) is Totals:
            read.add((period or self.period).id)
        found = really(self, code, period)
        # Where nothing was reported, less might be read.
        return replace(found, given=9, total=Decimal(9)) if type(self) is Totals else found

    monkeypatch.setattr(Totals, "in_period", noted)

    def look(tx: Connection) -> None:
        turn = turn_of(tx, town, binh)
        tree = town.app.world.packs[plan].tree
        district = next(unit.code for unit in tree if tree.children(unit.code))
        for period in town.app.world.calendars[plan]:
            for root in ("", district):
                read.clear()
                consolidate(turn, turn.roles[0], Asked(period=period, unit=root))
                known = periods_in(turn, "docx", plan, period, root)
                assert known == read | {period.id}, (period.id, root)

    await town.database.read(look)


async def test_a_document_of_other_bytes_is_one_that_is_told_of(town: Town) -> None:
    """A flow, a state and a count without repetition are changed in each period in turn."""
    world, who = town.app.world, await town.joined("binh", RoleKind.COORDINATOR, plan=PLAN)
    pack = world.packs[PLAN]
    answers, looked_at = given(pack, 5), periods(pack)[2:4]

    def fill(tx: Connection, changed: str) -> None:
        for table in (tables.report_answers, tables.reports, tables.rollups):
            tx.execute(delete(table))
        for period in periods(pack)[:6]:
            for unit, own in list(answers[period.id].items())[:12]:
                found = dict(own)
                if period.id == changed:
                    for code in found:
                        found[code] = Answer(state=AnswerState.VALUE, value=Decimal(77))
                key = Key(plan=PLAN, period=period.id, unit=unit)
                send(tx, world, key, found, NOW)
        rollups.ensure(tx, PLAN, pack.tree)

    def files(tx: Connection, changed: str) -> dict[tuple[str, str], str]:
        fill(tx, changed)
        return {
            (kind, period.id): content_of(
                make(
                    tx,
                    world,
                    NOW,
                    who.address,
                    Task(kind="document", words=f"{PLAN} {kind} {period.id}"),
                ).content
            )
            for kind in KINDS
            for period in looked_at
        }

    def compare(tx: Connection) -> None:
        turn, before = turn_of(tx, town, who), files(tx, "")
        seen = 0
        for changed in periods(pack)[:6]:
            after = files(tx, changed.id)
            for kind, of in before:
                period = world.period(PLAN, of)
                assert period
                if after[kind, of] != before[kind, of]:
                    seen += 1
                    assert changed.id in periods_in(turn, kind, PLAN, period), (kind, of)
        assert seen > len(KINDS)

    await town.database.run(compare)
