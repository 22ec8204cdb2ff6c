"""Bots on Zalo that are killed and started again, and people who go on by what they see.

What the Bot Platform has told once it never tells again, to a poll or to a webhook: whoever sees no
answer says it again. Events of an Official Account come again while nobody answers them.
"""

import asyncio
from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bot.channels.zalo_oa_webhook import PATH
from tests.bot.mortal import SOON, Aim, Mortal, Step
from tests.fakes import zalo_bot_faults, zalo_oa_faults
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_habits import Habits

SENDS = ("sendMessage", "sendPhoto")
CONSULT = "message/cs"
# Places at Zalo's door: a request arrives, and the bot dies. It is lost, or it is done and its
# answer is lost. All other places are inside the bot.
AT_THE_DOOR = {"sending": False, "sent": True}
# Events of an account come again so soon, for as long as a bot may be down here.
IMPATIENT = Habits(ladder=(0.2,) * 200, free_replies=None)

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class BotShot(zalo_bot_faults.Fault):
    """Kills the bot as a message arrives."""

    aim: Aim

    def strikes(self, method: str, chat: object) -> bool:
        """Return whether this request was the one."""
        return self.aim.at(method in SENDS)


@dataclass(slots=True, kw_only=True)
class AccountShot(zalo_oa_faults.Fault):
    """Kills the bot as a message arrives."""

    aim: Aim

    def strikes(self, path: str, to: str) -> bool:
        """Return whether this request was the one."""
        return self.aim.at(zalo_oa_faults.ends(path, CONSULT))


@dataclass
class MortalOnZalo(Mortal):
    """`python -m bot serve` on one of Zalo's products; `again` counts what had to be repeated."""

    again: Counter[str] = field(default_factory=Counter)
    before: int = 0

    def start(self, after: timedelta = SOON) -> None:
        """Start it, some time later than before by its clock."""
        self.before = len(self.fake.calls)
        super().start(after)

    @abstractmethod
    async def lost(self, event: Json) -> bool:
        """Say whether an event will never be taken in."""

    @abstractmethod
    def does(self, user: Any, what: str) -> Json:
        """Let somebody write, or choose what stands in brackets; return the event."""

    def aims(self, place: str) -> bool:
        """Let it die at a place at Zalo's door; return whether this is one."""
        if place not in AT_THE_DOOR:
            return False
        about = {"aim": Aim(self.kill), "drop": True, "after_effect": AT_THE_DOOR[place]}
        self.fake.desk.faults.append(self.shot(about))
        return True

    @abstractmethod
    def shot(self, about: Json) -> Any:
        """Return the fault that kills it."""

    def took(self, event: Json) -> bool:
        """Say whether an event is on record."""
        number = event["message"].get("message_id") or event["message"]["msg_id"]
        return bool(self.rows("SELECT 1 FROM inbox WHERE message_id = ?", number))

    async def repeated(self, user: Any, step: Step, event: Json, place: str) -> Json:
        """Let somebody who waits in vain say it again, once the bot is up; return the event."""
        if self.took(event) or not await self.lost(event) or self.took(event):
            return event
        self.again[place] += 1
        return self.does(user, step.does)


class MortalBot(MortalOnZalo):
    """The bot on the Bot Platform."""

    fake: FakeZaloBot

    def settings(self, url: str) -> dict[str, str]:
        """Return what the environment says of the Bot Platform."""
        return {
            "PUBLIC_URL": url,
            "ZALO_BOT_TOKEN": self.fake.token,
            "ZALO_BOT_API": self.fake.url,
            "ZALO_BOT_MODE": self.mode,
        }

    def shot(self, about: Json) -> BotShot:
        """Return the fault that kills it."""
        return BotShot(**about)

    def does(self, user: Any, what: str) -> Json:
        """Let somebody write: there are no buttons, so choices are written too."""
        return dict(user.says(what.strip("[]")))

    async def up(self) -> None:
        """Wait until it can be reached, and is where Zalo is to call it, or is dead again."""
        await super().up()
        while self.mode == "webhook" and not self.has_ended and not self._is_called():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def _is_called(self) -> bool:
        return any(call.status == HTTPStatus.OK for call in self.fake.called("setWebhook"))

    async def lost(self, event: Json) -> bool:
        """Say whether an update was told to a bot that is dead, or brought in vain."""
        number = event["message"]["message_id"]
        if self.mode == "polling":
            told = (call for call in self.fake.calls[: self.before] if call.method == "getUpdates")
            return any(number in str(call.answer) for call in told)
        await self.fake.until(lambda: any(one.message_id == number for one in self.fake.attempts))
        tries = [one for one in self.fake.attempts if one.message_id == number]
        return not any(one.fine for one in tries)

    def carried_out(self) -> int:
        """Count every message that Zalo took."""
        return sum(
            call.method in SENDS and isinstance(call.answer, dict) and bool(call.answer.get("ok"))
            for call in self.fake.calls
        )

    def pending(self) -> int:
        """Count the updates that nobody was told."""
        return self.fake.pending


class MortalAccount(MortalOnZalo):
    """The bot of an Official Account."""

    fake: FakeZaloOA

    def settings(self, url: str) -> dict[str, str]:
        """Return what the environment says of the account."""
        self.fake.hook = f"{url}{PATH}"
        return {
            "PUBLIC_URL": url,
            "ZALO_OA_ID": self.fake.app.oa_id,
            "ZALO_OA_APP_ID": self.fake.app.id,
            "ZALO_OA_APP_SECRET": self.fake.app.secret,
            "ZALO_OA_WEBHOOK_SECRET": self.fake.app.oa_secret,
            "ZALO_OA_API": self.fake.url,
            "ZALO_OA_BUSINESS_API": self.fake.url,
            "ZALO_OA_OAUTH": self.fake.url,
        }

    def shot(self, about: Json) -> AccountShot:
        """Return the fault that kills it."""
        return AccountShot(**about)

    def does(self, user: Any, what: str) -> Json:
        """Let somebody write, or tap the newest button of a label."""
        if not what.startswith("["):
            return dict(user.says(what))
        label = what.strip("[]")
        card = next(one for one in reversed(user.view.from_bot) if label in one.labels)
        return dict(user.taps(card, label))

    async def lost(self, _event: Json) -> bool:
        """Say that nothing is lost: an event comes until it is answered."""
        return False

    def carried_out(self) -> int:
        """Count every message that Zalo took."""
        return sum(
            isinstance(call.answer, dict) and call.error == 0 for call in self.fake.called(CONSULT)
        )

    def pending(self) -> int:
        """Count the events that were not answered."""
        return self.fake.webhook.waiting
