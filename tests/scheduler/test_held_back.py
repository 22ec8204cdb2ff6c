"""What no channel may carry: coordinators hear of it together, by day, once, and never of that."""

import asyncio

import pytest
from sqlalchemy import select

from bot.rehearsal import send
from bot.timer import tick
from documents.wording import channel_name
from plans.dialogue import Answer, AnswerState
from plans.held_back import why_of
from plans.messages import Address, Reply, Urgency
from plans.people import RoleKind
from storage import dead_letters, held_back, outbox
from storage.database import Database
from storage.drafts import Key
from storage.tables import held_back as rows
from tests.person import HAM_TIEN, MUI_NE, PLAN, Person, Town
from tests.scheduler.province import at
from tests.scheduler.refusing import Refusing, reached_by

PERIOD = "2024-Q2"
CAPITAL, ELSEWHERE = "593", "594"
NOTICE = "bot chưa gửi được"


@pytest.fixture
def bot(town: Town) -> Refusing:
    channel = Refusing("zalo_bot", "monthly quota: 2400 of 3000")
    town.app.add([channel])
    return channel


@pytest.fixture
def account(town: Town) -> Refusing:
    channel = Refusing("zalo_oa", "window: last heard 8 days ago")
    town.app.add([channel])
    return channel


async def passes(town: Town, **by: float) -> None:
    """Let time pass, then everything happen that is due."""
    town.later(**by)
    await tick(town.app, town.clock.now())
    await town.app.settle()


def notices(person: Person) -> list[str]:
    return [text for text in person.heard if NOTICE in text]


async def answered(town: Town, name: str) -> None:
    """Owe somebody on the Zalo bot an answer."""
    where, now = Address(channel="zalo_bot", chat=name), town.clock.now()
    await town.database.run(lambda tx: outbox.post(tx, where, Reply(text="đã nhận"), now, "1"))
    await town.app.settle()


async def untold(town: Town) -> int:
    query = select(rows.c.number).where(rows.c.told_at.is_(None))
    return len(await town.database.read(lambda tx: tx.execute(query).all()))


async def test_units_are_named_by_channel_and_reason_with_what_to_do(
    town: Town, bot: Refusing, account: Refusing
) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "ann")
    await reached_by(town, "zalo_oa", "cuong", HAM_TIEN)
    await passes(town)
    assert notices(binh) == []  # a sweep's refusals are collected first

    await passes(town, minutes=11)

    [notice] = notices(binh)
    by_bot, by_account = (channel_name("vi", name) for name in ("zalo_bot", "zalo_oa"))
    quota = f"qua {by_bot}, kênh đã hết số tin được gửi trong tháng"
    window = f"qua {by_account}, người nhận lâu chưa nhắn cho bot nên kênh chưa cho gửi"
    assert notice.splitlines() == [
        "Kính gửi anh/chị, bot chưa gửi được 2 tin về phòng, chống mại dâm:",
        f"- Tin nhắc {quota}: 1 tin, 1 đơn vị: UBND phường Mũi Né, thành phố Phan Thiết.",
        f"- Tin nhắc {window}: 1 tin, 1 đơn vị: UBND phường Hàm Tiến, thành phố Phan Thiết.",
        "Kính đề nghị anh/chị điện thoại cho đơn vị.",
        "Nơi lâu chưa nhắn cho bot: nhờ đơn vị nhắn cho bot một tin, sau đó bot lại gửi được.",
    ]
    assert "Mũi Né, thành phố Phan Thiết: tin lúc 08:00" in await binh.says("Danh sách")
    assert await untold(town) == 0


async def test_nothing_is_told_at_night_and_all_of_it_in_the_morning(
    town: Town, bot: Refusing
) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)
    town.clock.set(at("2024-06-11 21:00"))
    await passes(town)
    assert notices(binh) == []

    town.clock.set(at("2024-06-12 07:00"))
    await passes(town)

    assert len(notices(binh)) == 1


async def test_what_comes_after_a_notice_waits_two_hours(town: Town, bot: Refusing) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)
    await passes(town, minutes=11)
    await answered(town, "ann")
    await passes(town, minutes=100)
    assert len(notices(binh)) == 1

    await passes(town, minutes=20)

    assert len(notices(binh)) == 2
    assert "Mũi Né" not in notices(binh)[1]


async def test_a_district_is_told_of_its_own(town: Town, bot: Refusing) -> None:
    mine = await town.joined("mine", RoleKind.DISTRICT_COORDINATOR, CAPITAL)
    other = await town.joined("other", RoleKind.DISTRICT_COORDINATOR, ELSEWHERE)
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)

    await passes(town, minutes=11)

    assert len(notices(mine)) == 1
    assert notices(other) == []
    assert "Mũi Né" in await mine.says("Danh sách")


async def test_who_has_sent_by_another_way_need_not_be_telephoned(
    town: Town, bot: Refusing
) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "ann")
    await reached_by(town, "zalo_bot", "cuong", HAM_TIEN)
    await passes(town)
    key, now = Key(plan=PLAN, period=PERIOD, unit=MUI_NE), town.clock.now()
    answers = {"TT01": Answer(state=AnswerState.MISSING)}
    await town.database.run(lambda tx: send(tx, town.app.world, key, answers, now))

    await passes(town, minutes=11)

    [notice] = notices(binh)
    assert "Hàm Tiến" in notice
    assert "Mũi Né" not in notice
    assert await untold(town) == 0


async def test_answers_are_counted_without_a_name(town: Town, bot: Refusing) -> None:
    binh = await town.coordinator("binh")
    mine = await town.joined("mine", RoleKind.DISTRICT_COORDINATOR, CAPITAL)
    other = await town.joined("other", RoleKind.DISTRICT_COORDINATOR, ELSEWHERE)
    await reached_by(town, "zalo_bot", "ann")
    town.clock.set(at("2024-06-11 06:59"))
    await answered(town, "ann")
    town.clock.set(at("2024-06-11 07:10"))
    await passes(town)

    for person in (binh, mine):
        [notice] = notices(person)
        assert "Tin khác (trả lời, thông báo, tóm tắt)" in notice
        assert "Mũi Né" not in notice
        assert "điện thoại" not in notice
    assert notices(other) == []


async def test_a_notice_that_is_held_back_itself_is_not_told_of(town: Town, bot: Refusing) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "dung", "", RoleKind.COORDINATOR)
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)
    await passes(town, minutes=11)
    assert any(NOTICE in one.reply.text for one in bot.asked)
    told = len(notices(binh))

    for _ in range(4):
        await passes(town, hours=2.1)

    assert len(notices(binh)) == told == 1
    assert len([one for one in bot.asked if NOTICE in one.reply.text]) == 1


async def test_with_nobody_to_tell_it_counts_as_told(town: Town, bot: Refusing) -> None:
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)
    assert await untold(town) == 1

    await passes(town, minutes=11)

    assert await untold(town) == 0


async def test_what_was_queued_again_is_not_told(town: Town, bot: Refusing) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)
    bot.reason = ""
    now = town.clock.now()

    await town.database.run(
        lambda tx: dead_letters.requeue(tx, [one.number for one in held_back.untold(tx)], now)
    )
    await town.app.settle()
    await passes(town, minutes=11)

    assert len(bot.sent) == 1
    assert notices(binh) == []


async def test_of_many_units_ten_are_named(town: Town, bot: Refusing) -> None:
    binh = await town.coordinator("binh")
    communes = [unit.code for unit in town.app.world.packs[PLAN].tree if unit.parent][:13]
    for code in communes:
        await reached_by(town, "zalo_bot", f"officer {code}", code)
    await passes(town)

    await passes(town, minutes=11)

    [notice] = notices(binh)
    assert "13 tin, 13 đơn vị" in notice
    assert "; và 3 đơn vị khác." in notice


async def test_two_processes_at_once_tell_it_once(
    town: Town, bot: Refusing, database_url: str
) -> None:
    binh = await town.coordinator("binh")
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)
    town.later(minutes=11)
    other = Town(Database(database_url), town.app.world.packs)
    try:
        now = town.clock.now()
        await asyncio.gather(*(tick(app, now) for app in (town.app, other.app) * 3))
    finally:
        await other.database.close()
    await town.app.settle()

    assert len(notices(binh)) == 1


async def test_it_is_told_in_the_readers_language_and_as_an_answer(
    town: Town, bot: Refusing
) -> None:
    binh = await town.coordinator("binh")
    await binh.says("/ngonngu en")
    await reached_by(town, "zalo_bot", "ann")
    await passes(town)

    await passes(town, minutes=11)

    [notice] = [d.reply for d in town.recorder.sent if "could not be sent" in d.reply.text]
    assert notice.text.startswith("1 message(s) about prevention of prostitution")
    assert notice.urgency is Urgency.ANSWER


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("monthly quota", "quota"),
        ("monthly quota: 2400 of 3000", "quota"),
        ("window", "window"),
        ("window closed and no template", "window"),
        ("-244 refused", "other"),
        ("", "other"),
    ],
)
def test_reasons_are_known_by_how_they_begin(reason: str, why: str) -> None:
    assert why_of(reason) == why
