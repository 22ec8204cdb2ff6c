"""Groups: linked by a coordinator's code, told of each digest once, and otherwise left in peace."""

import re
from datetime import datetime

import pytest
from sqlalchemy import Connection, Table, delete, func, select

from bot.rehearsal import join
from bot.replay import Recorder
from handlers.groups import addressed
from plans.calendar import VIETNAM
from plans.messages import Address, Message, MessageKind, Reply, Urgency
from plans.people import RoleKind
from scheduler.group_digests import overtaken
from scheduler.sweep import sweep
from storage import groups, outbox, people
from storage.groups import Group
from storage.outbox import State
from storage.tables import audit, drafts, join_codes, talks
from storage.tables import outbox as messages
from storage.tables import reminders as occurrences
from tests.person import MUI_NE, PLAN, Town

BAC_BINH = "596"
PROVINCE_GROUP, OTHER_GROUP = "-1001", "-1002"
# A morning on which the coordinators' digest is due.
DIGEST_DAY = datetime(2024, 6, 12, 8, 0, tzinfo=VIETNAM)
COMMAND = re.compile(r"/lienket@reports_bot ([0-9A-Z]{4}-[0-9A-Z]{4})")


class Telegram:
    """A platform with groups, on which people say things in private and in groups."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.recorder = Recorder("telegram")
        town.app.add([self.recorder])
        town.app.world.links.groups["telegram"] = "@reports_bot"
        self._said = 0

    async def joined(self, name: str, kind: RoleKind, unit: str = "") -> Address:
        address, now = at(name), self.town.clock.now()
        world = self.town.app.world
        await self.town.database.run(lambda tx: join(tx, world, address, PLAN, kind, unit, now))
        return address

    async def private(
        self, name: str, text: str, kind: MessageKind = MessageKind.TEXT
    ) -> Reply | None:
        return await self._says(Message(address=at(name), id=self._id(), text=text, kind=kind))

    async def in_group(self, group: str, name: str, text: str) -> str:
        message = Message(address=at(group), id=self._id(), text=text, sender=at(name))
        reply = await self._says(message)
        return reply.text if reply else ""

    async def _says(self, message: Message) -> Reply | None:
        await self.town.app.receiver.accept(message)
        await self.town.app.settle()
        answers = [d.reply for d in self.recorder.sent if d.answers == message.id]
        assert len(answers) <= 1
        return answers[0] if answers else None

    def _id(self) -> str:
        self._said += 1
        return f"m{self._said}"

    async def code(self, name: str) -> str:
        reply = await self.private(name, "liên kết nhóm")
        assert reply
        found = COMMAND.search(reply.text)
        assert found, reply.text
        return found[1]

    async def linked(self, group: str, name: str) -> str:
        return await self.in_group(group, name, f"/lienket {await self.code(name)}")

    def heard(self, where: str) -> list[Reply]:
        return [d.reply for d in self.recorder.sent if d.address == at(where)]

    async def swept(self, now: datetime = DIGEST_DAY) -> int:
        self.town.clock.set(now)
        world = self.town.app.world
        count = await self.town.database.run(lambda tx: sweep(tx, world, now))
        await self.town.app.settle()
        return count


def at(name: str) -> Address:
    return Address(channel="telegram", chat=name)


@pytest.fixture
def telegram(town: Town) -> Telegram:
    return Telegram(town)


@pytest.fixture
async def binh(telegram: Telegram) -> str:
    await telegram.joined("binh", RoleKind.COORDINATOR)
    return "binh"


async def links(town: Town) -> list[Group]:
    return await town.database.read(groups.linked)


async def rows(town: Town, *tables: Table) -> int:
    def count(connection: Connection) -> int:
        counts = (select(func.count()).select_from(table) for table in tables)
        return sum(connection.execute(one).scalar_one() for one in counts)

    return await town.database.read(count)


class TestLinking:
    async def test_a_coordinator_gets_a_code_and_links_the_group_with_it(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        told = await telegram.private(binh, "/nhom")
        assert told
        assert "đến 09:00 ngày 11/6/2024" in told.text
        found = COMMAND.search(told.text)
        assert found

        said = await telegram.in_group(PROVINCE_GROUP, binh, f"/lienket@reports_bot {found[1]}")

        assert said.startswith("Nhóm đã được liên kết với ")
        assert "tỉnh Bình Thuận" in said
        [group] = await links(town)
        assert (group.address, group.plan, group.unit) == (at(PROVINCE_GROUP), PLAN, "")
        again = await telegram.in_group(OTHER_GROUP, binh, f"/lienket {found[1]}")
        assert again.startswith("Mã liên kết không đúng, đã dùng")
        assert len(await links(town)) == 1

    @pytest.mark.parametrize("words", ["liên kết nhóm", "lien ket nhom", "link group"])
    async def test_words_ask_for_a_code_too(
        self, telegram: Telegram, binh: str, words: str
    ) -> None:
        reply = await telegram.private(binh, words)

        assert reply
        assert COMMAND.search(reply.text)

    async def test_the_code_is_good_without_its_dash_and_in_small_letters(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        code = (await telegram.code(binh)).replace("-", "").lower()

        await telegram.in_group(PROVINCE_GROUP, binh, f"/LienKet  {code}")

        assert len(await links(town)) == 1

    async def test_nobody_else_can_use_the_code(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.joined("chau", RoleKind.COORDINATOR)
        await telegram.joined("lan", RoleKind.FOCAL_POINT, MUI_NE)
        code = await telegram.code(binh)

        other = await telegram.in_group(PROVINCE_GROUP, "chau", f"/lienket {code}")
        officer = await telegram.in_group(PROVINCE_GROUP, "lan", f"/lienket {code}")
        stranger = await telegram.in_group(OTHER_GROUP, "stranger", f"/lienket {code}")
        joining = await telegram.private("stranger", f"/start {code}")

        assert "được cấp cho người khác" in other
        assert officer == stranger
        assert "trong nhóm bot chỉ gửi tóm tắt" in officer
        assert joining
        assert joining.text.startswith("Mã không đúng")
        assert await links(town) == []
        assert (await telegram.in_group(PROVINCE_GROUP, binh, f"/lienket {code}")).startswith(
            "Nhóm đã được liên kết"
        )

    async def test_the_code_ends_after_an_hour_and_with_the_next_one(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        first, second = await telegram.code(binh), await telegram.code(binh)
        assert "không đúng" in await telegram.in_group(PROVINCE_GROUP, binh, f"/lienket {first}")

        town.later(hours=1)

        assert "không đúng" in await telegram.in_group(PROVINCE_GROUP, binh, f"/lienket {second}")
        assert await links(town) == []

    async def test_a_role_that_ended_links_nothing(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.joined(binh, RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        await telegram.private(binh, "/nhomma")
        choose = telegram.heard(binh)[-1].choices[0]
        assert "Cán bộ" not in choose.label
        code_card = await telegram.private(binh, choose.data, MessageKind.TAP)
        assert code_card
        found = COMMAND.search(code_card.text)
        assert found
        await town.database.run(lambda tx: people.end_role(tx, 1, town.clock.now()))

        assert "không đúng" in await telegram.in_group(PROVINCE_GROUP, binh, f"/lienket {found[1]}")

    async def test_wrong_codes_are_answered_five_times_an_hour(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        said = [
            await telegram.in_group(PROVINCE_GROUP, binh, "/lienket 2222-2222") for _ in "1234567"
        ]

        assert [bool(text) for text in said] == [True] * 5 + [False] * 2
        town.later(hours=1, seconds=1)
        assert await telegram.in_group(PROVINCE_GROUP, binh, "/lienket")

    async def test_what_another_coordinator_linked_is_not_replaced_unasked(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.joined("dung", RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        await telegram.linked(PROVINCE_GROUP, binh)

        said = await telegram.linked(PROVINCE_GROUP, "dung")

        assert "mã chưa bị sử dụng" in said
        [group] = await links(town)
        assert group.unit == ""
        await telegram.linked(PROVINCE_GROUP, binh)
        assert len(await links(town)) == 1

    async def test_only_coordinators_and_only_where_there_are_groups(
        self, telegram: Telegram, town: Town
    ) -> None:
        await telegram.joined("lan", RoleKind.FOCAL_POINT, MUI_NE)
        await telegram.joined("obs", RoleKind.OBSERVER)
        on_the_page = await town.coordinator("chau")

        for name in ("lan", "obs"):
            for text in ("/nhom", "link group"):
                refused = await telegram.private(name, text)
                assert refused
                assert "không có quyền" in refused.text
        assert "Kênh này không có nhóm" in await on_the_page.says("/nhom")
        assert "Gõ /nhom ở đây" in await on_the_page.says("/lienket 2222-2222")
        assert await rows(town, join_codes) == 0

    async def test_the_group_is_spoken_to_in_the_language_of_its_coordinator(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.private(binh, "/ngonngu en")

        reply = await telegram.private(binh, "link group")
        assert reply
        found = COMMAND.search(reply.text)
        assert found
        said = await telegram.in_group(PROVINCE_GROUP, binh, f"/lienket {found[1]}")

        assert said.startswith("This group is linked to ")
        other = await telegram.in_group(PROVINCE_GROUP, "stranger", "/baocao")
        assert other.startswith("In a group the bot only posts digests.")


class TestTalk:
    @pytest.mark.parametrize(
        "text", ["15", "BC 15 520 có 30 25 9 2 không 20 -", "xin chào", "/lua@other", "/ 5", ""]
    )
    async def test_talk_is_neither_answered_nor_kept(
        self, telegram: Telegram, town: Town, text: str
    ) -> None:
        await telegram.joined("lan", RoleKind.FOCAL_POINT, MUI_NE)

        said = await telegram.in_group(PROVINCE_GROUP, "lan", text.replace("@other", ""))

        assert said == ""
        assert await rows(town, drafts, talks, audit, messages) == 0

    async def test_a_command_is_sent_elsewhere_at_most_once_an_hour(
        self, telegram: Telegram, town: Town
    ) -> None:
        await telegram.joined("lan", RoleKind.FOCAL_POINT, MUI_NE)

        first = await telegram.in_group(PROVINCE_GROUP, "lan", "/baocao")
        more = [
            await telegram.in_group(PROVINCE_GROUP, name, text)
            for name, text in (("lan", "/tiendo"), ("mai", "/start X"), ("lan", "/x@reports_bot"))
        ]
        elsewhere = await telegram.in_group(OTHER_GROUP, "mai", "/trogiup@reports_bot")
        town.later(hours=1)
        later = await telegram.in_group(PROVINCE_GROUP, "lan", "/baocao")

        assert first.startswith("Kính gửi anh/chị, trong nhóm bot chỉ gửi tóm tắt")
        assert more == ["", "", ""]
        assert elsewhere == later == first
        assert await rows(town, drafts, talks, audit) == 0

    async def test_a_repeat_is_not_answered_again(self, telegram: Telegram) -> None:
        message = Message(address=at(PROVINCE_GROUP), id="m1", text="/start", sender=at("lan"))

        taken = [await telegram.town.app.receiver.accept(message) for _ in range(2)]
        await telegram.town.app.settle()

        assert taken == [True, False]
        assert len(telegram.heard(PROVINCE_GROUP)) == 1

    @pytest.mark.parametrize(
        ("text", "is_for_us"),
        [
            ("/lienket ABCD-2345", True),
            ("/lienket@Reports_Bot ABCD-2345", True),
            ("/tiendo\nquý 1", True),
            ("/whatever@reports_bot", True),
            ("/tiendo@other_bot", False),
            ("/whatever", False),
            ("kính gửi /tiendo", False),
            ("@reports_bot 15", False),
            ("15", False),
            ("", False),
        ],
    )
    def test_which_texts_are_meant_for_the_bot(self, text: str, is_for_us: bool) -> None:
        assert addressed(text, "reports_bot") is is_for_us


class TestDigests:
    async def test_a_group_gets_the_digest_when_its_coordinators_do_once_and_plainly(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.joined("chau", RoleKind.COORDINATOR)
        await telegram.linked(PROVINCE_GROUP, binh)
        before = len(telegram.heard(PROVINCE_GROUP))

        counts = [await telegram.swept() for _ in range(3)]

        assert counts == [3, 0, 0]
        [digest] = telegram.heard(PROVINCE_GROUP)[before:]
        own = telegram.heard(binh)[-1]
        assert own.urgency is digest.urgency is Urgency.DIGEST
        assert own.choices
        assert (digest.choices, digest.file) == ((), None)
        lines = own.text.splitlines()
        assert digest.text.splitlines()[:2] == lines[:2]
        assert len(digest.text.splitlines()) == len(lines)
        assert "/moi" in own.text
        assert not re.search(r"/[a-z]", digest.text)

    async def test_who_joins_later_gets_a_digest_and_the_group_not_again(
        self, telegram: Telegram, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        await telegram.swept()
        told = len(telegram.heard(PROVINCE_GROUP))
        # The rung comes again for somebody whose letter was taken back.
        await telegram.town.database.run(lambda tx: forget_people(tx))

        await telegram.swept(DIGEST_DAY.replace(minute=5))

        assert len([r for r in telegram.heard(binh) if r.urgency is Urgency.DIGEST]) == 2
        assert len(telegram.heard(PROVINCE_GROUP)) == told

    async def test_each_group_hears_of_its_own_part_alone(
        self, telegram: Telegram, binh: str
    ) -> None:
        await telegram.joined("dung", RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        await telegram.linked(PROVINCE_GROUP, binh)
        said = await telegram.linked(OTHER_GROUP, "dung")
        assert "Huyện Bắc Bình" in said

        await telegram.swept()

        province, district = (telegram.heard(g)[-1].text for g in (PROVINCE_GROUP, OTHER_GROUP))
        assert "Huyện Bắc Bình" in district
        assert "0/148" in province
        assert "0/148" not in district
        assert "Thành phố Phan Thiết" not in district

    async def test_the_link_of_somebody_who_coordinates_no_more_ends(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.joined("chau", RoleKind.COORDINATOR)
        await telegram.linked(PROVINCE_GROUP, binh)
        await town.database.run(lambda tx: people.end_role(tx, 1, town.clock.now()))

        await telegram.swept()

        assert await links(town) == []
        assert [r.urgency for r in telegram.heard(PROVINCE_GROUP)] == [Urgency.ANSWER]
        assert telegram.heard("chau")[-1].urgency is Urgency.DIGEST

    async def test_nothing_is_posted_twice_when_the_transaction_is_undone(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        world = town.app.world

        def undone(connection: Connection) -> None:
            assert sweep(connection, world, DIGEST_DAY) == 2
            raise InterruptedError

        with pytest.raises(InterruptedError):
            await town.database.run(undone)

        assert await telegram.swept() == 2
        assert len(telegram.heard(PROVINCE_GROUP)) == 2

    async def test_a_group_that_grew_goes_on_where_it_was(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        await telegram.swept()
        new = "-100200300"

        for _ in range(2):
            await town.database.run(lambda tx: groups.moved(tx, at(PROVINCE_GROUP), at(new)))
        await town.database.run(forget_people)
        await telegram.swept(DIGEST_DAY.replace(minute=5))

        [group] = await links(town)
        assert group.address == at(new)
        assert telegram.heard(new) == []
        later = datetime(2024, 6, 14, 16, 0, tzinfo=VIETNAM)
        await telegram.swept(later)
        assert len(telegram.heard(new)) == 1

    async def test_what_waits_moves_with_its_group(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        digest = await self.posted(town)

        await town.database.run(lambda tx: groups.moved(tx, at(PROVINCE_GROUP), at("-1")))

        assert await state_of(town, digest) == (State.WAITING, "-1")

    async def test_a_digest_whose_day_or_link_is_over_is_not_sent(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        now = town.clock.now()
        digest = await self.posted(town)

        async def gone(at_last: datetime) -> set[int]:
            return await town.database.read(lambda tx: overtaken(tx, [1, digest], at_last))

        assert await gone(now) == set()
        assert await gone(now.replace(day=12)) == {digest}
        assert await town.database.run(lambda tx: groups.end(tx, at(PROVINCE_GROUP), now))
        assert await gone(now) == {digest}
        assert await state_of(town, digest) == (State.WITHDRAWN, PROVINCE_GROUP)
        assert not await town.database.run(lambda tx: groups.end(tx, at(PROVINCE_GROUP), now))

    async def posted(self, town: Town) -> int:
        now, reply = town.clock.now(), Reply(text="tóm tắt", urgency=Urgency.DIGEST)
        return await town.database.run(
            lambda tx: outbox.post(tx, at(PROVINCE_GROUP), reply, now, None)
        )


class TestEnding:
    async def test_a_link_is_listed_and_ended_by_its_button(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        await telegram.linked(OTHER_GROUP, binh)

        listed = await telegram.private(binh, "/nhom")
        assert listed
        assert "Nhóm đang nhận tóm tắt: 2." in listed.text
        assert "1. Nhóm Telegram, tỉnh Bình Thuận" in listed.text
        assert not any(group in listed.text for group in (PROVINCE_GROUP, OTHER_GROUP))
        one, two, another = listed.choices
        assert (two.label, another.label) == ("Bỏ liên kết nhóm 2", "Liên kết nhóm khác")
        ended = await telegram.private(binh, one.data, MessageKind.TAP)

        assert ended
        assert ended.text.startswith("Đã bỏ liên kết;")
        assert ended.choices[0].label == "Bỏ liên kết"
        assert [group.address.chat for group in await links(town)] == [OTHER_GROUP]
        await telegram.private(binh, "Bỏ liên kết")
        assert await links(town) == []
        again = await telegram.private(binh, one.data, MessageKind.TAP)
        assert again
        assert "đã được bỏ trước đó" in again.text
        assert await telegram.swept() == 1

    async def test_a_coordinator_ends_what_is_below_and_nothing_above(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.joined("dung", RoleKind.DISTRICT_COORDINATOR, BAC_BINH)
        await telegram.linked(PROVINCE_GROUP, binh)
        await telegram.linked(OTHER_GROUP, "dung")
        province = next(g for g in await links(town) if not g.unit)

        own = await telegram.private("dung", "/nhom")
        assert own
        assert own.text.count("Nhóm Telegram") == 1
        forbidden = await telegram.private("dung", f"/nhombo {province.mark}", MessageKind.TAP)
        assert forbidden
        assert "đã được bỏ" in forbidden.text
        assert len(await links(town)) == 2
        listed = await telegram.private(binh, "/nhom")
        assert listed
        await telegram.private(binh, listed.choices[1].data, MessageKind.TAP)

        assert [group.unit for group in await links(town)] == [""]
        assert "bỏ liên kết nhóm nhận tóm tắt của Huyện Bắc Bình" in telegram.heard("dung")[-1].text

    async def test_a_group_that_threw_the_bot_out_is_linked_anew_by_a_new_code(
        self, telegram: Telegram, town: Town, binh: str
    ) -> None:
        await telegram.linked(PROVINCE_GROUP, binh)
        now = town.clock.now()
        await town.database.run(lambda tx: groups.end(tx, at(PROVINCE_GROUP), now))
        assert await links(town) == []

        await telegram.linked(PROVINCE_GROUP, binh)

        assert len(await links(town)) == 1


def forget_people(connection: Connection) -> None:
    """Let every coordinator's digest be planned again, as the last look before sending may."""
    connection.execute(delete(occurrences).where(occurrences.c.stage.startswith("digest ")))


async def state_of(town: Town, number: int) -> tuple[str, str]:
    query = select(messages.c.state, messages.c.chat).where(messages.c.number == number)
    row = await town.database.read(lambda tx: tx.execute(query).one())
    return row.state, row.chat
