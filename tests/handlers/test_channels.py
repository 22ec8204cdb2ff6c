"""One person on several channels: added by a code, preferred, taken away; a full channel."""

import re
from datetime import datetime

import pytest
from sqlalchemy import Connection, func, select

from bot.replay import Recorder
from handlers.joining import TRIES, TRIES_OF_ALL
from plans.allowance import Allowance
from plans.calendar import VIETNAM
from plans.errors import SendError
from plans.messages import Address, Delivery, Reply, Urgency
from plans.people import RoleKind
from scheduler.sweep import sweep
from storage import addresses, outbox, people, tables
from storage.join_codes import Arrival, set_arrival
from storage.outbox import State
from tests.person import HAM_TIEN, PLAN, Person, Town

CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")
# A morning on which focal points are reminded.
REMINDER_DAY = datetime(2024, 6, 12, 8, 0, tzinfo=VIETNAM)


class Channel(Recorder):
    """A channel that may be told to refuse everything from now on."""

    error: SendError | None = None

    async def send(self, delivery: Delivery) -> str:
        if self.error:
            raise self.error
        return await super().send(delivery)


class Streets:
    """A town whose people are on several channels."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.channels = {name: Channel(name) for name in ("telegram", "zalo_bot", "zalo_oa")}
        for channel in self.channels.values():
            channel.sent = town.recorder.sent
        town.app.add(self.channels.values())

    def at(self, channel: str, name: str) -> Person:
        person = Person(self.town, name)
        person.address = Address(channel=channel, chat=name)
        return person

    async def linked(self, person: Person, channel: str, name: str) -> Person:
        other = self.at(channel, name)
        await other.says(f"/start {await code_for(person)}", "Xác nhận")
        return other

    async def gone(self, person: Person) -> None:
        now = self.town.clock.now()
        await self.town.database.run(lambda tx: people.unreachable(tx, person.address, now))

    async def reminded(self) -> list[Address]:
        """Let the morning come; return where reminders arrived."""
        before = len(self.town.recorder.sent)
        self.town.clock.set(REMINDER_DAY)
        world = self.town.app.world
        await self.town.database.run(lambda tx: sweep(tx, world, REMINDER_DAY))
        await self.town.app.settle()
        new = self.town.recorder.sent[before:]
        return [d.address for d in new if d.reply.urgency is Urgency.REMINDER]


async def code_for(person: Person) -> str:
    found = CODE.search(await person.says("/themkenh"))
    assert found
    return found[0]


async def actions(town: Town) -> list[str]:
    query = select(tables.audit.c.action).order_by(tables.audit.c.id)
    return list(await town.database.read(lambda tx: tx.execute(query).scalars().all()))


async def count(town: Town, table: str) -> int:
    query = select(func.count()).select_from(getattr(tables, table))
    return await town.database.read(lambda tx: tx.execute(query).scalar_one())


@pytest.fixture
def streets(town: Town) -> Streets:
    return Streets(town)


class TestList:
    async def test_channels_stand_in_their_order_by_name_and_never_by_chat(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan-secret")
        await streets.linked(lan, "zalo_oa", "oa-secret")
        zalo = await streets.linked(lan, "zalo_bot", "bot-secret")
        phone = Address(channel="zalo_phone", chat="84912345678")
        await town.database.run(lambda tx: addresses.add(tx, 1, phone, town.clock.now()))
        await streets.gone(zalo)

        reply = await lan.asks("/kenh")

        assert reply.text.splitlines()[1:5] == [
            "1. Trò chuyện trên web (kênh này)",
            "2. Zalo OA",
            "3. Tin mẫu tới số …678",
            "4. Zalo (bot): không gửi được từ 11/6/2024",
        ]
        assert [choice.label for choice in reply.choices] == [
            "Nhận nhắc ở Zalo OA trước",
            "Nhận nhắc ở Tin mẫu tới số …678 trước",
            "Bỏ Zalo OA",
            "Bỏ Tin mẫu tới số …678",
            "Bỏ Zalo (bot)",
            "Thêm kênh",
        ]
        shown = reply.text + "".join(choice.label + choice.data for choice in reply.choices)
        assert not re.search("secret|1234|webchat", shown)

    async def test_two_of_one_kind_are_told_apart_whatever_their_order(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        town.later(minutes=1)
        phone = await streets.linked(lan, "webchat", "lan's telephone")

        before = (await phone.says("/kenh")).splitlines()
        await phone.says("Nhận nhắc ở kênh này trước")
        after = (await lan.says("/kenh")).splitlines()

        assert before[1:3] == [
            "1. Trò chuyện trên web (1)",
            "2. Trò chuyện trên web (2) (kênh này)",
        ]
        assert after[1:3] == ["1. Trò chuyện trên web (2)", "2. Trò chuyện trên web (1) (kênh này)"]

    @pytest.mark.parametrize("words", ["kênh", "kenh lien lac", "channels", "/kenh"])
    async def test_words_show_it_and_one_channel_has_nothing_to_choose(
        self, town: Town, words: str
    ) -> None:
        lan = await town.officer("lan")

        reply = await lan.asks(words)

        assert [choice.data for choice in reply.choices] == ["/themkenh"]
        assert "lần lượt theo thứ tự" not in reply.text

    async def test_it_is_there_in_english(self, streets: Streets, town: Town) -> None:
        lan = await town.officer("lan")
        await streets.linked(lan, "telegram", "lan")
        await lan.says("/ngonngu en")

        reply = await lan.asks("channels")

        assert reply.text.splitlines()[1:3] == ["1. Web chat (this one)", "2. Telegram"]
        assert reply.choices[0].label == "Reminders on Telegram first"


class TestCode:
    async def test_it_says_where_to_send_it_and_is_kept_hashed(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        town.app.world.links.invitations["telegram"] = "https://t.me/reports_bot?start={code}"
        town.app.world.links.invitations["zalo_bot"] = "https://zalo.me/9?{code}"

        on_the_page = await lan.says("thêm kênh")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        there = await zalo.says("/themkenh")

        found = CODE.search(on_the_page)
        assert found
        code = found[0]
        assert f"- Telegram: https://t.me/reports_bot?start={code}" in on_the_page
        assert f"- Zalo (bot): https://zalo.me/9?{code}" in on_the_page
        assert "- Telegram:" in there
        assert "- Zalo" not in there
        hashes = await town.database.read(
            lambda tx: tx.execute(select(tables.join_codes.c.hash)).scalars().all()
        )
        assert len(hashes) == 3
        assert not any(code.replace("-", "") in kept or code in kept for kept in hashes)

    async def test_only_the_newest_is_good_for_half_an_hour_and_once(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        first, second = await code_for(lan), await code_for(lan)
        other = streets.at("telegram", "lan")
        assert "Mã không đúng" in await other.says(first)

        town.later(minutes=30)
        assert "Mã không đúng" in await other.says(second)
        third = await code_for(lan)
        town.later(minutes=29)
        assert "Kết nối kênh này" in await other.says(third.replace("-", "").lower())
        assert "Đã thêm kênh này" in await other.says("xác nhận")

        assert "Mã không đúng" in await streets.at("zalo_bot", "stranger").says(third)

    async def test_wrong_codes_before_it_silence_it_like_any_other(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        code, sao = await code_for(lan), streets.at("telegram", "sao")

        said = [await sao.says(f"ZZZZ-999{number}") for number in range(2, 2 + TRIES)]
        assert all(said)
        assert await sao.says(code) == ""
        guessed = Arrival(
            greeted_at=None, pending_code=None, tries=TRIES_OF_ALL, tries_since=town.clock.now()
        )
        guesser = Address(channel="telegram", chat="guesser")
        await town.database.run(lambda tx: set_arrival(tx, guesser, guessed))
        assert "tạm ngừng nhận mã" in await streets.at("telegram", "new").says(code)

    async def test_it_grants_nothing_and_is_on_record(self, streets: Streets, town: Town) -> None:
        lan = await town.officer("lan")
        roles, persons = await count(town, "roles"), await count(town, "people")

        await streets.linked(lan, "telegram", "lan")

        assert (await count(town, "roles"), await count(town, "people")) == (roles, persons)
        assert await actions(town) == ["channel.code_issued", "channel.linked"]

    async def test_of_somebody_who_left_it_is_worth_nothing(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        code = await code_for(lan)
        other = streets.at("telegram", "lan")
        assert "Kết nối kênh này" in await other.says(code)
        await lan.says("/roi", "1", "Đúng, tôi thôi")

        assert "Mã không đúng" in await other.says("xác nhận")
        assert "Mã không đúng" in await other.says(code)
        assert await town.database.read(lambda tx: people.person_at(tx, other.address)) is None

    async def test_several_roles_are_named_and_many_are_cut(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        for unit in (HAM_TIEN, "22924", "22927"):
            await town.officer("lan", unit)

        asked = await streets.at("telegram", "lan").says(await code_for(lan))

        assert asked.count("đầu mối của") == 3
        assert "; …?" in asked


class TestTaken:
    async def test_an_address_where_somebody_works_is_not_taken(
        self, streets: Streets, town: Town
    ) -> None:
        lan, mai = await town.officer("lan"), await town.officer("mai", HAM_TIEN)

        said = await mai.says(await code_for(lan))

        assert "tài khoản khác, là đầu mối của UBND phường Hàm Tiến" in said
        assert "/roi ở kênh này" in said
        assert "Đã thêm" not in await mai.says("xác nhận")

    async def test_an_address_of_somebody_without_roles_moves(
        self, streets: Streets, town: Town
    ) -> None:
        lan, mai = await town.officer("lan"), await town.officer("mai", HAM_TIEN)
        await mai.says("/roi", "1", "Đúng, tôi thôi")

        assert "Kết nối kênh này" in await mai.says(await code_for(lan))
        assert "Đã thêm kênh này" in await mai.says("xác nhận")

        owner = await town.database.read(lambda tx: people.person_at(tx, mai.address))
        assert owner
        assert owner.id == 1
        assert "phường Mũi Né" in await mai.says("/trangthai")

    async def test_who_came_to_work_there_meanwhile_is_not_moved(
        self, streets: Streets, town: Town
    ) -> None:
        lan, other = await town.officer("lan"), streets.at("telegram", "mai")
        await other.says(await code_for(lan))
        now = town.clock.now()

        def join(tx: Connection) -> None:
            mai = people.add_person(tx, other.address, "vi", now)
            people.grant(tx, mai.id, PLAN, RoleKind.FOCAL_POINT, HAM_TIEN, now)

        await town.database.run(join)

        assert "đang kết nối với tài khoản khác" in await other.says("xác nhận")


class TestTalk:
    async def test_a_doubt_on_one_channel_is_cleared_on_the_other(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        await lan.says("/baocao", "15", "5")  # fewer people than sessions: is that right?
        asked = await lan.says("/start")
        assert "Đúng là 5?" in asked

        zalo = await streets.linked(lan, "zalo_bot", "lan")

        assert asked in zalo.heard[-1]
        assert "Câu 4/10" in await zalo.says("520", "có")
        # A figure counts only where its question stands on the screen.
        assert "Câu 4/10" in await lan.says("30")
        assert "Câu 5/10" in await lan.says("30")

    async def test_language_is_the_persons_from_the_first_question_on(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        await lan.says("/ngonngu en")

        zalo = streets.at("zalo_bot", "lan")
        asked = await zalo.says(await code_for(lan))

        assert asked.startswith("Connect this channel to the account that is focal point of")
        assert (await zalo.says("yes")).startswith("This channel was added.")

    async def test_yes_said_twice_changes_nothing(self, streets: Streets, town: Town) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")

        assert "Nút này đã cũ" in await zalo.taps("/xacnhan")
        assert len([text for text in lan.heard if "được thêm vào" in text]) == 1


class TestOneOfThem:
    async def test_a_reminder_goes_where_it_is_preferred_and_only_there(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        await streets.linked(lan, "telegram", "lan")
        assert "Từ nay tin nhắc gửi tới Zalo (bot) trước." in await lan.says(
            "/kenh", "Nhận nhắc ở Zalo (bot) trước"
        )

        assert await streets.reminded() == [zalo.address]

    async def test_the_button_on_the_new_channel_puts_it_first(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        await zalo.says("Nhận nhắc ở kênh này trước")

        assert await streets.reminded() == [zalo.address]

    @pytest.mark.parametrize(
        "error", [SendError("blocked", gone=True), SendError("quota", elsewhere=True)]
    )
    async def test_what_the_first_does_not_take_goes_to_the_next_once(
        self, streets: Streets, town: Town, error: SendError
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        await zalo.says("Nhận nhắc ở kênh này trước")
        streets.channels["zalo_bot"].error = error

        assert await streets.reminded() == [lan.address]
        query = select(tables.outbox.c.state).where(tables.outbox.c.urgency == Urgency.REMINDER)
        states = await town.database.read(lambda tx: tx.execute(query).scalars().all())
        assert states == [State.SENT]

    async def test_the_first_that_is_gone_is_not_even_tried(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        await streets.gone(lan)

        assert await streets.reminded() == [zalo.address]

    async def test_an_answer_goes_where_the_question_came_from(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        heard = len(lan.heard)

        assert "Câu 1/10" in await zalo.says("/baocao")

        assert len(lan.heard) == heard


class TestRemove:
    async def test_it_asks_and_then_what_waited_there_stays_with_its_reader(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        later = REMINDER_DAY

        def owe(tx: Connection) -> None:
            reply = Reply(text="chờ", urgency=Urgency.REMINDER)
            outbox.post(tx, zalo.address, reply, town.clock.now(), None, not_before=later)

        await town.database.run(owe)

        assert "Bỏ Zalo (bot) khỏi" in await lan.says("/kenh", "Bỏ Zalo (bot)")
        assert "Đã bỏ Zalo (bot)" in await lan.says("Đúng, bỏ kênh")

        town.clock.set(later)
        await town.app.settle()
        assert lan.heard[-1] == "chờ"
        assert "chờ" not in zalo.heard
        assert "kênh này được bỏ khỏi kênh liên lạc" in zalo.heard[-1]
        assert "Kính chào anh/chị" in await zalo.says("15")
        assert (await actions(town))[-1] == "channel.removed"

    async def test_a_code_that_was_asked_for_there_adds_nothing_any_more(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "somebody else")
        code = await code_for(zalo)
        await lan.says("/kenh", "Bỏ Zalo (bot)", "Đúng, bỏ kênh")

        assert "Mã không đúng" in await zalo.says(code)

    async def test_not_this_one_and_never_the_last_that_is_reached(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        reply = await zalo.asks("/kenh")
        [own] = [c.data for c in (await lan.asks("/kenh")).choices if c.label == "Bỏ Zalo (bot)"]

        assert "đang dùng kênh này" in await zalo.taps(own)
        assert "đang dùng kênh này" in await zalo.taps(f"{own} thật")
        assert reply.choices[-1].data == "/themkenh"
        assert await count(town, "addresses") == 2

    async def test_a_mark_of_somebody_else_or_made_up_does_nothing(
        self, streets: Streets, town: Town
    ) -> None:
        lan, mai = await town.officer("lan"), await town.officer("mai", HAM_TIEN)
        await streets.linked(mai, "zalo_bot", "mai")
        marks = [choice.data for choice in (await mai.asks("/kenh")).choices[:2]]

        for data in (*marks, f"{marks[1]} thật", "/kenhbo", "/kenhtruoc x", "/kenhbo thật"):
            assert "không còn trong danh sách" in await lan.taps(data)
        assert await count(town, "addresses") == 3

    async def test_what_is_not_reached_cannot_be_put_first(
        self, streets: Streets, town: Town
    ) -> None:
        lan = await town.officer("lan")
        zalo = await streets.linked(lan, "zalo_bot", "lan")
        [first] = [c.data for c in (await lan.asks("/kenh")).choices if "trước" in c.label]
        await streets.gone(zalo)

        assert "Hiện không gửi được tới Zalo (bot)" in await lan.taps(first)


class TestRoom:
    @pytest.fixture(autouse=True)
    def small(self, town: Town) -> None:
        town.app.world.allowances["zalo_bot"] = Allowance(users=1)

    async def test_a_full_channel_says_so_and_the_code_stays_good_elsewhere(
        self, streets: Streets, town: Town
    ) -> None:
        binh, lan = await town.coordinator("binh"), await town.officer("lan")
        await streets.linked(lan, "zalo_bot", "lan")
        town.app.world.links.invitations["telegram"] = "https://t.me/reports_bot?start={code}"
        town.app.world.links.invitations["zalo_bot"] = "https://zalo.me/9"
        await town.invited("LC7K-2M9Q", HAM_TIEN)
        mai = streets.at("zalo_bot", "mai")

        said = await mai.says("/start lc7k2m9q")

        assert said.splitlines() == [
            "Kênh Zalo (bot) đã đủ 1 người nên chưa kết nối thêm được. Mã của anh/chị vẫn còn giá "
            "trị. Kính đề nghị gửi mã ở một kênh khác:",
            "- Telegram: https://t.me/reports_bot?start=LC7K-2M9Q",
        ]
        assert [text for text in binh.heard if "đã đủ 1 người" in text] == binh.heard
        assert len(binh.heard) == 1
        elsewhere = streets.at("telegram", "mai")
        assert "Đã kết nối" in await elsewhere.says("LC7K-2M9Q", "Xác nhận")

    async def test_coordinators_are_told_once_a_day(self, streets: Streets, town: Town) -> None:
        binh, lan = await town.coordinator("binh"), await town.officer("lan")
        await streets.linked(lan, "zalo_bot", "lan")
        await town.invited("LC7K-2M9Q", HAM_TIEN)

        mai, sao = streets.at("zalo_bot", "mai"), streets.at("zalo_bot", "sao")
        for stranger in (mai, sao):
            assert "trên web" in await stranger.says("LC7K-2M9Q")
        assert len(binh.heard) == 1
        town.later(days=1)
        await mai.says("LC7K-2M9Q")
        assert len(binh.heard) == 2

    async def test_it_may_fill_up_before_the_yes(self, streets: Streets, town: Town) -> None:
        lan, mai = await town.officer("lan"), streets.at("zalo_bot", "mai")
        await town.invited("LC7K-2M9Q", HAM_TIEN)
        assert "Xác nhận" not in await mai.says("LC7K-2M9Q")
        await streets.linked(lan, "zalo_bot", "lan")

        assert "đã đủ 1 người" in await mai.says("xác nhận")
        assert await town.database.read(lambda tx: people.person_at(tx, mai.address)) is None
        await streets.gone(streets.at("zalo_bot", "lan"))
        assert "Đã kết nối" in await mai.says("LC7K-2M9Q", "Xác nhận")

    async def test_a_further_channel_needs_room_and_a_further_role_does_not(
        self, streets: Streets, town: Town
    ) -> None:
        lan, mai = await town.officer("lan"), await town.officer("mai", HAM_TIEN)
        zalo = await streets.linked(lan, "zalo_bot", "lan")

        refused = await streets.at("zalo_bot", "mai").says(await code_for(mai))
        second = await streets.at("zalo_bot", "lan's other").says(await code_for(lan))
        await town.invited("LC7K-2M9Q", HAM_TIEN)
        further = await zalo.says("LC7K-2M9Q", "Xác nhận")

        assert "đã đủ 1 người" in refused
        assert "Kết nối kênh này" in second
        assert "Đã kết nối" in further
