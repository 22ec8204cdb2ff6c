"""The courier: in order a chat, again after a failure, and never twice where that is forbidden."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from bot.outcomes import BACK_OFF
from plans.errors import SendError
from plans.messages import Address, Reply, Urgency
from storage import dead_letters, letters, outbox, people
from storage.database import Database
from storage.dead_letters import LEASE
from tests.bot.posts import ANN, BINH, Killed, Memory, Platform, Post, away, limits, lost
from tests.storage.examples import NOW
from tests.storage.test_outbox_dead_letters import also_reached


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


class TestOrder:
    async def test_a_chat_is_served_in_order_and_each_message_once(self, post: Post) -> None:
        await post.owe(ANN, "1", "2", "3")

        assert await post.deliver() == ["1", "2", "3"]
        assert await post.deliver() == ["1", "2", "3"]

    async def test_a_failing_message_holds_its_own_chat_back_and_no_other(self, post: Post) -> None:
        post.platform.fails["1"] = [away()]
        await post.owe(ANN, "1", "2")
        await post.owe(BINH, "b")

        assert await post.deliver() == ["b"]
        post.clock.set(NOW + BACK_OFF[0])
        assert await post.deliver() == ["b", "1", "2"]

    async def test_a_message_that_is_given_up_makes_way_for_the_next(self, post: Post) -> None:
        post.platform.fails["1"] = [SendError("they left", gone=True)]
        await post.owe(ANN, "1", "2")

        assert await post.deliver() == ["2"]

    @pytest.mark.parametrize("urgency", [Urgency.ANSWER, Urgency.REMINDER])
    async def test_after_the_last_try_a_message_is_given_up(
        self, post: Post, urgency: Urgency
    ) -> None:
        post.platform.fails["1"] = [away() for _ in range(len(BACK_OFF) + 1)]
        await post.owe(ANN, "1", "2", urgency=urgency)

        for pause in BACK_OFF:
            assert await post.deliver() == []
            post.clock.set(post.clock.now() + pause)

        assert await post.deliver() == ["2"]
        assert await post.states() == ["failed", "sent"]

    async def test_what_no_channel_carries_is_given_up(self, post: Post) -> None:
        await post.owe(Address(channel="pigeon", chat="ann"), "1")

        assert await post.deliver() == []
        assert await post.states() == ["failed"]

    async def test_how_many_were_settled_is_told(self, post: Post) -> None:
        await post.owe(ANN, "1", "2")
        await post.remind(BINH, "b")

        assert await post.courier.drain() == 3
        assert await post.courier.drain() == 0

    async def test_a_reminder_that_failed_is_overtaken_by_an_answer(self, post: Post) -> None:
        post.platform.fails["remember"] = [away()]
        await post.remind(ANN, "remember", "remember again")
        await post.deliver()

        await post.owe(ANN, "answer")

        assert await post.deliver() == ["answer"]


class TestFaults:
    async def test_a_bug_over_one_message_leaves_those_beside_it_delivered_once(
        self, post: Post
    ) -> None:
        post.platform.fails["1"] = [KeyError("a bug")]
        await post.owe(ANN, "1", "2")
        await post.owe(BINH, "b")

        assert await post.deliver() == ["b"]
        post.clock.set(NOW + BACK_OFF[0])
        assert await post.deliver() == ["b", "1", "2"]

    async def test_deliveries_go_on_after_the_database_was_away(self, post: Post) -> None:
        await post.database.run(_rename("outbox", "elsewhere"))
        async with post.running():
            await asyncio.sleep(0.05)
            await post.database.run(_rename("elsewhere", "outbox"))
            await post.owe(ANN, "1")

            assert await post.platform.took(1) == ["1"]

    async def test_an_answer_whose_sending_was_not_recorded_is_sent_once_more(
        self, post: Post
    ) -> None:
        await post.owe(ANN, "1")
        [(delivery, _)] = await post.database.read(lambda tx: outbox.due(tx, ANN.channel, NOW, 1))
        await post.platform.send(delivery)

        assert await post.deliver() == ["1", "1"]


class TestDoubt:
    """What may have arrived: an answer is sent again, a reminder never by itself."""

    @pytest.mark.parametrize("fault", [lost, lambda: KeyError("a bug"), TimeoutError])
    async def test_an_answer_is_sent_again(
        self, post: Post, fault: Callable[[], Exception]
    ) -> None:
        post.platform.fails["1"] = [fault()]
        await post.owe(ANN, "1")

        assert await post.deliver() == []
        post.clock.set(NOW + BACK_OFF[0])
        assert await post.deliver() == ["1"]

    @pytest.mark.parametrize("fault", [lost, lambda: KeyError("a bug"), TimeoutError])
    @pytest.mark.parametrize("urgency", [Urgency.NUDGE, Urgency.REMINDER, Urgency.DIGEST])
    async def test_a_reminder_is_left_for_an_operator(
        self, post: Post, urgency: Urgency, fault: Callable[[], Exception]
    ) -> None:
        post.platform.fails["1"] = [fault()]
        [number] = await post.owe(ANN, "1", urgency=urgency)

        await post.deliver()
        post.clock.set(NOW + timedelta(days=1))

        assert await post.deliver() == []
        assert await post.states() == ["unknown"]
        await post.database.run(lambda tx: dead_letters.requeue(tx, [number], post.clock.now()))
        assert await post.deliver() == ["1"]

    async def test_a_send_that_is_never_answered_counts_as_unknown(
        self, database: Database
    ) -> None:
        post = Post(database, Platform(limits=limits(timeout=0.05)))
        post.platform.silent = {"1", "2"}
        await post.owe(ANN, "1")
        await post.remind(BINH, "2")

        await post.deliver()

        assert await post.states() == ["waiting", "unknown"]

    async def test_killed_between_claim_and_record_a_reminder_is_in_doubt(
        self, database: Database, post: Post
    ) -> None:
        post.platform.fails["1"] = [Killed()]
        await post.remind(ANN, "1")
        with pytest.raises(Killed):
            await post.courier.drain()
        assert await post.states() == ["claimed"]

        after = Post(database)
        await after.deliver()
        assert await after.states() == ["claimed"]
        after.clock.set(NOW + LEASE)
        await after.deliver()

        assert (after.platform.taken, await after.states()) == ([], ["unknown"])

    async def test_a_clock_that_is_moved_abandons_nothing_that_is_under_way(
        self, database: Database
    ) -> None:
        post = Post(database)
        post.platform.silent = {"1"}
        await post.remind(ANN, "1")
        draining = asyncio.create_task(post.courier.drain())
        await post.platform.took(1)

        post.clock.set(NOW + LEASE * 2)
        await post.courier._settle_ownerless()

        assert await post.states() == ["claimed"]
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)


class TestTheLastLook:
    async def test_what_is_no_longer_wanted_is_withdrawn(self, database: Database) -> None:
        still = Memory()
        post = Post(database, still=still)
        [one, two] = await post.remind(ANN, "1", "2")
        still.unwanted = {one}

        assert await post.deliver() == ["2"]
        assert await post.states() == ["withdrawn", "sent"]
        assert still.asked == [one, two]

    async def test_nobody_asks_whether_an_answer_is_wanted(self, database: Database) -> None:
        still = Memory()
        post = Post(database, still=still)
        await post.owe(ANN, "1")

        await post.deliver()

        assert still.asked == []

    async def test_what_it_words_anew_is_sent_so(self, database: Database) -> None:
        def still(tx: Connection, numbers: Sequence[int], now: datetime) -> set[int]:
            for number in numbers:
                letters.rewrite(tx, number, Reply(text="anew", urgency=Urgency.REMINDER))
            return set()

        post = Post(database, still=still)
        await post.remind(ANN, "old")

        assert await post.deliver() == ["anew"]

    async def test_a_bug_in_it_stops_reminders_and_no_answers(self, database: Database) -> None:
        def still(tx: Connection, numbers: Sequence[int], now: datetime) -> set[int]:
            raise KeyError("a bug")

        post = Post(database, still=still)
        await post.remind(ANN, "reminder")
        async with post.running():
            await post.owe(BINH, "answer")

            assert await post.platform.took(1) == ["answer"]
            await post.become("waiting", "sent")


class TestGone:
    async def test_a_message_follows_its_person_to_another_channel(
        self, database: Database
    ) -> None:
        chat, page = Platform("chat"), Platform("page")
        post = Post(database, chat, page)
        here, there = Address(channel="chat", chat="1"), Address(channel="page", chat="2")
        person = (await database.run(lambda tx: people.add_person(tx, here, "vi", NOW))).id
        await database.run(lambda tx: also_reached(tx, person, there))
        chat.fails["1"] = [SendError("blocked", gone=True)]
        await post.remind(here, "1")

        await post.deliver()

        assert (chat.taken, page.taken) == ([], ["1"])
        addresses = await database.read(lambda tx: people.addresses_of(tx, person))
        assert addresses == [there, here]


class TestWhatThePlatformAsks:
    async def test_its_wait_takes_the_place_of_ours(self, post: Post) -> None:
        post.platform.fails["1"] = [SendError("slow down", after=90)]
        await post.owe(ANN, "1")
        await post.deliver()

        post.clock.set(NOW + timedelta(seconds=89))
        assert await post.deliver() == []
        post.clock.set(NOW + timedelta(seconds=90))
        assert await post.deliver() == ["1"]


def _rename(old: str, new: str) -> Callable[[Connection], object]:
    return lambda tx: tx.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
