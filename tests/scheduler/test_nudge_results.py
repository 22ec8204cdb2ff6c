"""The result of a nudge: told once, when all is settled, to who ordered it, in their language."""

from collections.abc import Callable

from sqlalchemy import Connection, update

from plans.messages import Urgency
from plans.people import RoleKind
from scheduler.nudge_results import post_results, results_are_due
from storage import outbox, people, tables
from tests.person import HAM_TIEN, Person, Town

CAPITAL = "593"  # Phan Thiết, with Mũi Né and Hàm Tiến in it


async def ordered(town: Town, by: RoleKind = RoleKind.COORDINATOR, unit: str = "") -> Person:
    """Let somebody nudge two units."""
    await town.officer("ann")
    await town.officer("cuong", HAM_TIEN)
    binh = await town.joined("binh", by, unit)
    await binh.says("/dondoc")
    assert "2 đơn vị" in await binh.says("Gửi đôn đốc 2 đơn vị")
    return binh


async def due(town: Town) -> bool:
    world, now = town.app.world, town.clock.now()
    return await town.database.read(lambda tx: results_are_due(tx, world, now))


async def told(town: Town) -> int:
    world, now = town.app.world, town.clock.now()
    count = await town.database.run(lambda tx: post_results(tx, world, now))
    await town.app.settle()
    return count


def became(chat: str, state: outbox.State) -> Callable[[Connection], None]:
    """Return the work that lets a person's nudge become something."""

    def work(tx: Connection) -> None:
        mine = (tables.outbox.c.chat == chat, tables.outbox.c.urgency == Urgency.NUDGE)
        tx.execute(update(tables.outbox).where(*mine).values(state=state))

    return work


async def test_the_result_is_told_once(town: Town) -> None:
    binh = await ordered(town)

    assert await due(town)
    assert await told(town) == 1
    assert not await due(town)
    assert await told(town) == 0

    assert [text for text in binh.heard if text.startswith("Kết quả đôn đốc")] == [
        "Kết quả đôn đốc quý II/2024 và 6 tháng đầu năm 2024: đã gửi đến 2/2 đơn vị."
    ]


async def test_nothing_is_told_while_a_letter_waits(town: Town) -> None:
    await ordered(town)
    await town.database.run(became("ann", outbox.State.WAITING))

    assert not await due(town)
    assert await told(town) == 0


async def test_units_that_were_not_reached_are_named(town: Town) -> None:
    binh = await ordered(town)
    await town.database.run(became("ann", outbox.State.FAILED))
    await town.database.run(became("cuong", outbox.State.UNKNOWN))

    await told(town)

    assert "đã gửi đến 0/2 đơn vị." in binh.heard[-1]
    assert "Không gửi được: 1 đơn vị: UBND phường Mũi Né" in binh.heard[-1]
    assert "Chưa rõ đã nhận hay chưa: 1 đơn vị: UBND phường Hàm Tiến" in binh.heard[-1]


async def test_what_was_sent_meanwhile_is_told_as_such(town: Town) -> None:
    binh = await ordered(town)
    await town.database.run(became("ann", outbox.State.WITHDRAWN))

    await told(town)

    assert "Không cần gửi nữa" in binh.heard[-1]


async def test_the_result_is_in_the_language_of_who_ordered_it(town: Town) -> None:
    binh = await ordered(town)
    await binh.says("/ngonngu en")

    await told(town)

    assert binh.heard[-1].startswith("Result of the nudge for quarter II/2024")


async def test_a_district_coordinator_is_told_too(town: Town) -> None:
    binh = await ordered(town, RoleKind.DISTRICT_COORDINATOR, CAPITAL)

    assert await told(town) == 1
    assert "2/2" in binh.heard[-1]
    assert "Phan Thiết" in await binh.says("Danh sách")


async def test_who_coordinates_no_more_is_not_told(town: Town) -> None:
    binh = await ordered(town)

    def leave(tx: Connection) -> None:
        person = people.person_at(tx, binh.address)
        assert person
        for role in people.roles_of(tx, person.id):
            people.end_role(tx, role.id, town.clock.now())

    await town.database.run(leave)

    assert await told(town) == 0
    assert not await due(town)
