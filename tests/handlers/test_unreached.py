"""Units that messages do not reach: blocked, left, given up, in doubt; nobody is named."""

from sqlalchemy import Connection, select, update

from documents.held_back import why_text
from documents.wording import channel_name
from plans.held_back import Why
from plans.ladder import Audience
from plans.messages import Address, Reply
from plans.people import RoleKind
from storage import held_back, people
from storage.drafts import Key
from storage.letters import Letter, post
from storage.outbox import State
from storage.reminders import Occurrence
from storage.reminders import State as Told
from storage.tables import outbox as messages
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town

PERIOD = "2024-Q2"


async def reminded(town: Town, person: Person, unit: str, state: State, stage: str = "T-7") -> None:
    now = town.clock.now()

    def write(connection: Connection) -> None:
        found = people.person_at(connection, person.address)
        assert found
        occurrence = Occurrence(
            key=Key(plan=PLAN, period=PERIOD, unit=unit),
            stage=stage,
            person_id=found.id,
            audience=Audience.REPORTER,
            state=Told.POSTED,
            due_at=now,
        )
        reply = Reply(text="nhắc")
        post(connection, [Letter(person_id=found.id, reply=reply, occurrences=[occurrence])], now)
        number = connection.execute(select(messages.c.number)).scalars().all()[-1]
        connection.execute(update(messages).where(messages.c.number == number).values(state=state))

    await town.database.run(write)


async def gone(town: Town, address: Address) -> None:
    now = town.clock.now()
    await town.database.run(lambda tx: people.unreachable(tx, address, now))


async def test_who_left_and_what_did_not_arrive_is_listed_by_unit(town: Town) -> None:
    binh = await town.coordinator("binh")
    lan, mai = await town.officer("lan"), await town.officer("mai", HAM_TIEN)
    await town.officer("mot"), await town.officer("hai", "22924")
    await gone(town, lan.address)
    await reminded(town, mai, HAM_TIEN, State.FAILED)

    reply = await binh.asks("/khongnhan")

    assert "Không nhận được tin · quý II/2024 và 6 tháng đầu năm 2024: 2 đơn vị" in reply.text
    assert "- Phường Mũi Né, thành phố Phan Thiết: 1/2 đầu mối không còn nhận tin" in reply.text
    assert "- Phường Hàm Tiến, thành phố Phan Thiết: tin lúc 08:00 ngày 11/6/2024" in reply.text
    assert "Ngoài ra 153 đơn vị chưa có đầu mối" in reply.text
    assert [choice.data for choice in reply.choices] == ["/moi"]
    assert not any(name in reply.text for name in ("lan", "mai", "webchat"))


async def test_a_message_that_arrives_later_settles_it(town: Town) -> None:
    binh, mai = await town.coordinator("binh"), await town.officer("mai", HAM_TIEN)
    await reminded(town, mai, HAM_TIEN, State.UNKNOWN)
    assert "chưa rõ đã đến" in await binh.says("/khongnhan")

    await reminded(town, mai, HAM_TIEN, State.SENT, "T-3")

    assert ": 0 đơn vị" in await binh.says("/khongnhan")


async def test_what_is_held_back_is_listed_with_its_channel_and_reason(town: Town) -> None:
    binh, mai = await town.coordinator("binh"), await town.officer("mai", HAM_TIEN)
    lan = await town.officer("lan")
    for person, unit in ((mai, HAM_TIEN), (lan, MUI_NE)):
        await reminded(town, person, unit, State.FAILED)
    now = town.clock.now()

    def hold(connection: Connection) -> None:
        held_back.note(connection, 1, "zalo_oa", "monthly quota: 2400 of 3000", now)
        held_back.note(connection, 2, "zalo_oa", "window: 9 days", now)

    await town.database.run(hold)

    listed = await binh.says("/khongnhan")

    where = f"tin lúc 08:00 ngày 11/6/2024 chưa gửi được qua {channel_name('vi', 'zalo_oa')}"
    quota, window = (why_text("vi", why) for why in (Why.QUOTA, Why.WINDOW))
    assert f"- Phường Hàm Tiến, thành phố Phan Thiết: {where}: {quota}" in listed
    assert f"- Phường Mũi Né, thành phố Phan Thiết: {where}: {window}" in listed

    await reminded(town, mai, HAM_TIEN, State.SENT, "T-3")
    assert "Hàm Tiến" not in await binh.says("/khongnhan")


async def test_only_below_oneself_and_whoever_writes_is_back(town: Town) -> None:
    dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, "596")
    binh, lan = await town.coordinator("binh"), await town.officer("lan")
    await gone(town, lan.address)

    assert "Mũi Né" not in await dung.says("/khongnhan")
    assert "“Mũi Né” nằm ngoài địa bàn" in await dung.says("/khongnhan Mũi Né")
    assert "Mũi Né" in await binh.says("/khongnhan")
    assert "không nhận được tin" in await binh.says("/chuanop Phan Thiết")
    assert "không nhận được tin" in await binh.says("/xem Mũi Né")
    await lan.says("/trangthai")
    assert "Mũi Né" not in await binh.says("/khongnhan")


async def test_a_long_list_comes_in_pages(town: Town) -> None:
    binh = await town.coordinator("binh")
    communes = [unit.code for unit in town.app.world.packs[PLAN].tree if unit.parent][:45]
    for code in communes:
        officer = await town.officer(f"can bo {code}", code)
        await gone(town, officer.address)

    first = await binh.asks("/khongnhan")
    second = await binh.says("Trang sau")

    assert "45 đơn vị · trang 1/2" in first.text
    assert "trang 2/2" in second
    assert first.text.count("\n- ") == 40
    assert second.count("\n- ") == 5
