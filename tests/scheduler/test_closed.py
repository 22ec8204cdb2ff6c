"""A period that a coordinator closed: nobody is reminded of it, until it is opened again."""

import pytest
from sqlalchemy import Connection

from plans.calendar import today_of
from plans.pack import Pack
from plans.people import RoleKind
from storage import closures, moves, reports
from storage import decisions as decided
from storage.database import Database
from storage.drafts import Key
from storage.moves import Move
from tests.scheduler.province import THREE, at, province
from tests.scheduler.test_recheck import OTHER, PERIOD, UNIT, Office

BEFORE, AFTER = "2026-05-29 08:00", "2026-05-29 08:01"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return province(tmp_path_factory.mktemp("packs"), districts=2, recurring=THREE)


@pytest.fixture
def closing_office(database: Database, three: Pack) -> Office:
    return Office(database, three)


async def closes(office: Office, by: int, unit: str = "") -> None:
    key, now = Key(plan=office.pack.id, period=PERIOD, unit=unit), office.clock.now()
    await office.database.run(lambda tx: closures.close(tx, key, {}, by, now))


async def reopens(office: Office, by: int) -> None:
    def work(connection: Connection) -> None:
        for one in closures.of_period(connection, office.pack.id, PERIOD):
            closures.reopen(connection, one, by, office.clock.now())

    await office.database.run(work)


async def locked(office: Office, unit: str, moment: str) -> bool:
    now = at(moment)

    def work(connection: Connection) -> bool:
        world = office.app.world.decided(decided.read(connection))
        period = world.period(office.pack.id, PERIOD)
        assert period is not None
        return world.unit_period(office.pack.id, period, unit).locked(today_of(now))

    return await office.database.read(work)


async def test_what_waits_in_the_outbox_is_not_sent(closing_office: Office) -> None:
    office = closing_office
    ann = await office.joined("ann", UNIT)
    await office.sweeps(BEFORE)
    await closes(office, ann)

    assert await office.delivers(AFTER) == []
    assert await office.states() == ["opening stopped"]


async def test_nothing_is_planned_until_it_is_opened_again(closing_office: Office) -> None:
    office = closing_office
    ann = await office.joined("ann", UNIT)
    await office.joined("binh", "", kind=RoleKind.COORDINATOR)
    office.clock.set(at("2026-05-28 09:00"))
    await closes(office, ann)

    for moment in (BEFORE, "2026-06-05 08:00", "2026-06-11 08:00", "2026-07-01 08:00"):
        await office.sweeps(moment)
        assert await office.delivers(moment) == []

    office.clock.set(at("2026-06-11 09:00"))
    await reopens(office, ann)
    await office.sweeps("2026-06-12 08:00")
    assert await office.delivers("2026-06-12 08:00")


async def test_a_district_is_closed_alone(closing_office: Office) -> None:
    office = closing_office
    tree = office.pack.tree
    ann = await office.joined("ann", UNIT)
    await office.joined("mai", OTHER)
    office.clock.set(at("2026-05-28 09:00"))
    await closes(office, ann, tree[UNIT].parent)

    await office.sweeps(BEFORE)
    await office.delivers(BEFORE)

    assert {d.address.chat for d in office.recorder.sent} == {"mai"}
    assert await locked(office, UNIT, BEFORE)
    assert not await locked(office, OTHER, BEFORE)


@pytest.mark.parametrize("later", [False, True])
async def test_more_time_counts_only_if_it_was_given_since(
    closing_office: Office, *, later: bool
) -> None:
    office, until = closing_office, at("2026-07-31")
    ann = await office.joined("ann", UNIT)
    office.clock.set(at("2026-06-20 09:00"))
    if not later:
        await office.extends(UNIT, until, ann)
        office.clock.set(at("2026-06-20 10:00"))
    await closes(office, ann)
    if later:
        office.clock.set(at("2026-06-20 10:00"))
        await office.extends(UNIT, until, ann)

    assert await locked(office, UNIT, "2026-06-21 08:00") is not later
    assert await locked(office, OTHER, "2026-06-21 08:00")
    await office.sweeps("2026-07-30 08:00")
    assert bool(await office.delivers("2026-07-30 08:00")) is later


async def test_who_owes_it_no_more_hears_nothing(closing_office: Office) -> None:
    office = closing_office
    ann = await office.joined("ann", UNIT)
    await office.sends(UNIT)
    await office.sweeps(BEFORE)
    key = Key(plan=office.pack.id, period=PERIOD, unit=UNIT)

    def work(connection: Connection) -> None:
        taken = reports.latest(connection, key)
        assert taken is not None
        moves.withdraw(connection, office.pack.tree, key)
        move = Move(
            id=0,
            plan=key.plan,
            period=PERIOD,
            source=UNIT,
            target=OTHER,
            taken=taken.id,
            former=None,
            made=None,
            released=True,
            reason="successor",
            moved_at=office.clock.now(),
            undone=False,
        )
        moves.record(connection, move, ann)

    await office.database.run(work)

    await office.sweeps("2026-06-12 08:00")
    assert await office.delivers("2026-06-12 08:01") == []
