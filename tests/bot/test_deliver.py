"""The courier: in order a chat, again after a failure, and never stopped by one of them."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from bot.channels import Limits
from bot.clock import FixedClock
from bot.deliver import BACK_OFF, Courier
from plans.errors import SendError
from plans.messages import Address, Delivery, Reply
from storage import outbox
from storage.database import Database
from tests.storage.examples import NOW

ANN = Address(channel="platform", chat="ann")
BINH = Address(channel="platform", chat="binh")


class Platform:
    """A channel that takes what it is given, but for the texts that it was told to fail at."""

    name = "platform"
    limits = Limits(text_length=4096, buttons=0, files_out=False)

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.fails: dict[str, list[Exception]] = {}
        self.arrived = asyncio.Event()

    async def send(self, delivery: Delivery) -> str:
        if faults := self.fails.get(delivery.reply.text):
            raise faults.pop(0)
        self.taken.append(delivery.reply.text)
        self.arrived.set()
        return f"id of {delivery.reply.text}"


class AskedClock(FixedClock):
    """A clock that tells when it is read a second time: the first round is over then."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self._asked = 0
        self.asked_again = asyncio.Event()

    def now(self) -> datetime:
        self._asked += 1
        if self._asked > 1:
            self.asked_again.set()
        return super().now()


class Post:
    """A courier with its platform, its clock and the database that it empties."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.platform = Platform()
        self.clock = AskedClock(NOW)
        self.posted = asyncio.Event()
        channels = {self.platform.name: self.platform}
        self.courier = Courier(database, channels, self.clock, self.posted, rest=0.01)

    async def owe(self, address: Address, *texts: str) -> None:
        def work(connection: Connection) -> None:
            for words in texts:
                outbox.post(connection, address, Reply(text=words), NOW, None)

        await self.database.run(work)
        self.posted.set()

    async def deliver(self) -> list[str]:
        while await self.courier.drain():
            pass
        return self.platform.taken

    async def waiting(self) -> list[str]:
        later = NOW + timedelta(days=1)
        heads = await self.database.read(lambda tx: outbox.due(tx, later, 10))
        return [delivery.reply.text for delivery, _ in heads]


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


def away() -> SendError:
    return SendError("the platform is away", retry=True)


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

    async def test_after_the_last_try_a_message_is_given_up(self, post: Post) -> None:
        post.platform.fails["1"] = [away() for _ in range(len(BACK_OFF) + 1)]
        await post.owe(ANN, "1", "2")

        for pause in BACK_OFF:
            assert await post.deliver() == []
            post.clock.set(post.clock.now() + pause)

        assert await post.deliver() == ["2"]

    async def test_what_no_channel_carries_is_given_up(self, post: Post) -> None:
        await post.owe(Address(channel="pigeon", chat="ann"), "1")

        assert await post.deliver() == []
        assert await post.waiting() == []


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
        running = asyncio.create_task(post.courier.run())
        await asyncio.wait_for(post.clock.asked_again.wait(), 5)

        await post.database.run(_rename("elsewhere", "outbox"))
        await post.owe(ANN, "1")

        await asyncio.wait_for(post.platform.arrived.wait(), 5)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def test_killed_between_sending_and_recording_it_sends_once_more(
        self, post: Post
    ) -> None:
        await post.owe(ANN, "1")
        [(delivery, _)] = await post.database.read(lambda tx: outbox.due(tx, NOW, 1))
        await post.platform.send(delivery)

        assert await post.deliver() == ["1", "1"]


def _rename(old: str, new: str) -> Callable[[Connection], object]:
    return lambda tx: tx.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
