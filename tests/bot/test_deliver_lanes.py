"""The courier at work: lanes apart, the urgent first, pauses, two couriers, a farewell."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.clock import SystemClock
from plans.errors import SendError
from plans.messages import Address, Reply, Urgency
from storage import dead_letters, outbox
from storage.database import Database, sqlite_url
from storage.dead_letters import LEASE
from tests.bot.posts import ANN, BINH, PATIENCE, Memory, Platform, Post, limits
from tests.storage.examples import NOW

ROOT = Path(__file__).parents[2]


def chats(count: int, channel: str = "platform") -> list[Address]:
    return [Address(channel=channel, chat=f"chat {number}") for number in range(count)]


async def remind(post: Post, addresses: list[Address]) -> None:
    """Owe each of many addresses a reminder in one transaction."""
    await post.database.run(
        lambda tx: [
            outbox.post(tx, one, Reply(text=one.chat, urgency=Urgency.REMINDER), NOW, None)
            for one in addresses
        ]
    )
    post.posted.set()


class TestLanes:
    async def test_a_silent_platform_does_not_delay_another(self, database: Database) -> None:
        silent, quick = Platform("silent"), Platform("quick")
        silent.silent = {"chat 0", "chat 1"}
        post = Post(database, silent, quick)
        await remind(post, chats(2, "silent"))
        async with post.running():
            await silent.took(2)

            for number in range(20):
                await post.owe(Address(channel="quick", chat="ann"), str(number))
                assert await quick.took(number + 1) == [str(n) for n in range(number + 1)]

    async def test_a_hanging_send_times_out_and_its_lane_goes_on(self, database: Database) -> None:
        post = Post(database, Platform(limits=limits(timeout=0.05)))
        post.platform.silent = {"1"}
        await post.remind(ANN, "1", "2")
        async with post.running():
            await post.become("unknown", "sent")

    async def test_latency_does_not_lower_the_rate(self, database: Database) -> None:
        post = Post(database, Platform(limits=limits(per_second=100)))
        post.platform.latency = 0.3
        await remind(post, chats(60))
        loop = asyncio.get_running_loop()
        async with post.running():
            await post.platform.took(1)
            begun = loop.time()
            await post.platform.took(60)

        assert 0.5 < loop.time() - begun < 60 * 0.3 / 3

    async def test_many_messages_of_one_chat_keep_their_order(self, database: Database) -> None:
        post = Post(database)
        post.platform.latency = 0.001
        words = [str(number) for number in range(30)]
        await post.owe(ANN, *words)
        async with post.running():
            assert await post.platform.took(30) == words

    async def test_what_falls_due_later_is_sent_then(self, database: Database) -> None:
        clock = SystemClock()
        post = Post(database, clock=clock)
        reply = Reply(text="later")
        await database.run(
            lambda tx: outbox.post(
                tx, ANN, reply, clock.now(), None, not_before=clock.now() + LEASE / 1000
            )
        )
        async with post.running():
            await asyncio.sleep(0.05)
            assert post.platform.taken == []
            assert await post.platform.took(1) == ["later"]


class TestUrgency:
    async def test_an_acknowledgement_overtakes_a_thousand_reminders(
        self, database: Database
    ) -> None:
        post = Post(database, Platform(limits=limits(per_second=30)))
        post.platform.latency = 0.06
        await remind(post, chats(1000))
        async with post.running():
            await post.platform.took(5)
            before = len(post.platform.taken)
            await post.owe(BINH, "received", urgency=Urgency.ACKNOWLEDGEMENT)
            async with asyncio.timeout(PATIENCE):
                while "received" not in post.platform.taken:
                    await post.platform.took(len(post.platform.taken) + 1)

        assert post.platform.taken.index("received") - before <= 30

    async def test_it_overtakes_a_claimed_reminder_of_its_own_chat(
        self, database: Database
    ) -> None:
        post = Post(database, Platform(limits=limits(per_second=4)))
        await remind(post, [BINH, ANN])
        async with post.running():
            await post.platform.took(1)
            await post.owe(ANN, "received", urgency=Urgency.ACKNOWLEDGEMENT)

            assert await post.platform.took(3) == ["binh", "received", "ann"]


class TestPause:
    async def test_the_whole_channel_rests_as_asked_and_nothing_is_lost(
        self, database: Database
    ) -> None:
        post = Post(database, Platform(limits=limits(per_second=200)))
        post.platform.fails["chat 3"] = [SendError("too many", after=0.4, everywhere=True)]
        await remind(post, chats(40))
        async with post.running():
            await post.platform.took(3)
            await asyncio.sleep(0.15)
            assert post.platform.fails["chat 3"] == []
            during = len(post.platform.taken)
            await asyncio.sleep(0.15)
            assert len(post.platform.taken) == during < 40
            assert "claimed" not in await post.states()
            await post.platform.took(40)
            await post.become(*["sent"] * 40)

        assert sorted(post.platform.taken) == sorted(one.chat for one in chats(40))

    async def test_it_is_no_attempt(self, database: Database) -> None:
        post = Post(database)
        busy = SendError("too many", after=0.001, everywhere=True)
        post.platform.fails["1"] = [busy] * 50
        await post.owe(ANN, "1", "2")
        async with post.running():
            assert await post.platform.took(2) == ["1", "2"]

    async def test_another_channel_does_not_rest_with_it(self, database: Database) -> None:
        resting, other = Platform("resting"), Platform("other")
        resting.fails["chat 0"] = [SendError("too many", after=60, everywhere=True)]
        post = Post(database, resting, other)
        async with post.running():
            await remind(post, [*chats(1, "resting"), *chats(1, "other")])

            assert await other.took(1) == ["chat 0"]


class TestTwoCouriers:
    async def test_no_reminder_is_sent_twice(self, database_url: str) -> None:
        databases = [Database(database_url), Database(database_url)]
        posts = [Post(database, Platform()) for database in databases]
        await remind(posts[0], chats(300))
        posts[1].posted.set()

        async with posts[0].running(), posts[1].running():
            await posts[0].become(*["sent"] * 300)

        taken = posts[0].platform.taken + posts[1].platform.taken
        assert sorted(taken) == sorted(one.chat for one in chats(300))
        for database in databases:
            await database.close()


class TestFarewell:
    async def test_what_is_under_way_is_finished_and_the_rest_given_back(
        self, database: Database
    ) -> None:
        post = Post(database, Platform(limits=limits(per_second=10)))
        post.platform.latency = 0.2
        await remind(post, chats(5))
        async with post.running():
            await post.platform.took(2)

        states = await post.states()
        assert states.count("sent") == len(post.platform.taken)
        assert set(states) == {"sent", "waiting"}

    async def test_what_was_withdrawn_stays_so(self, database: Database) -> None:
        still = Memory()
        post = Post(database, still=still)
        [one] = await post.remind(ANN, "1")
        still.unwanted = {one}
        async with post.running():
            await post.become("withdrawn")

        assert post.platform.taken == []


CHILD = """
import asyncio, sys
from bot.channels import Limits
from bot.clock import SystemClock
from bot.deliver import Courier
from storage.database import Database

class Slow:
    name = "platform"
    limits = Limits(text_length=1, buttons=0, files_out=False, per_second=50)
    async def send(self, delivery):
        print(delivery.number, flush=True)
        await asyncio.sleep(0.05)
        return "1"

async def main():
    slow = Slow()
    courier = Courier(Database(sys.argv[1]), {"platform": slow}, SystemClock(), asyncio.Event())
    await courier.run()

asyncio.run(main())
"""


def killed_after(url: str, sends: int) -> list[int]:
    """Run a courier in a process of its own, kill it after some sends; return what it sent."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    told = [int(child.stdout.readline()) for _ in range(sends)]
    os.kill(child.pid, signal.SIGKILL)
    told += [int(line) for line in child.stdout.read().split()]
    child.wait()
    child.stdout.close()
    return told


@pytest.mark.slow
async def test_killed_at_work_no_reminder_is_sent_twice_and_none_is_forgotten(
    sqlite_file: Path,
) -> None:
    url = sqlite_url(sqlite_file)
    database = Database(url)
    post = Post(database)
    await remind(post, chats(60))
    told = await asyncio.to_thread(killed_after, url, 10)

    post.clock.set(SystemClock().now() + LEASE)
    await post.deliver()

    with sqlite3.connect(sqlite_file) as connection:
        rows = dict(connection.execute("SELECT number, state FROM outbox").fetchall())
    again = {int(name.removeprefix("chat ")) + min(rows) for name in post.platform.taken}
    doubtful = {letter.number for letter in await database.read(dead_letters.dead_letters)}
    assert not again & set(told)
    assert len(post.platform.taken) == len(again)
    assert again | doubtful | set(told) == set(rows)
    assert 0 < len(doubtful) <= 60
    assert set(rows.values()) == {"sent", "unknown"}
    await database.close()
