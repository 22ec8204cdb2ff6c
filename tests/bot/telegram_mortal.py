"""A bot on Telegram that is killed and started again, and people who go on by what they see."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.bot.mortal import Aim, Forks, Step, forks
from tests.bot.mortal import Mortal as AnyMortal
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_desk import Call
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_people import User

__all__ = ("Forks", "Mortal", "Step", "carried_out", "done", "forks")

SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText"})
# Places at Telegram's door: a request arrives, and the bot dies. It is lost, or it is done and its
# answer is lost. All other places are inside the bot.
LOST, DONE = False, True
AT_THE_DOOR = {
    "sending": (SENDS, LOST),
    "sent": (SENDS, DONE),
    "confirming": (frozenset({"getUpdates"}), LOST),
    "confirmed": (frozenset({"getUpdates"}), DONE),
}


@dataclass(slots=True, kw_only=True)
class Shot(Fault):
    """Kills the bot as one of some requests arrives."""

    methods: frozenset[str]
    aim: Aim
    last: Callable[[], Call]

    def strikes(self, method: str, chat: int) -> bool:
        """Return whether this request was the one."""
        confirms = method != "getUpdates" or int(self.last().params.get("offset", 0)) > 0
        return self.aim.at(method in self.methods and confirms)


class Mortal(AnyMortal):
    """`python -m bot serve` on Telegram."""

    fake: FakeTelegram

    def settings(self, url: str) -> dict[str, str]:
        """Return what the environment says of Telegram."""
        hook = {"TELEGRAM_WEBHOOK_URL": url} if self.mode == "webhook" else {}
        return {
            "TELEGRAM_TOKEN": self.fake.token,
            "TELEGRAM_API": self.fake.url,
            "TELEGRAM_MODE": self.mode,
            **hook,
        }

    def aims(self, place: str) -> bool:
        """Let it die at a place at Telegram's door; return whether this is one."""
        if place not in AT_THE_DOOR:
            return False
        methods, done = AT_THE_DOOR[place]
        last = lambda: self.fake.calls[-1]  # noqa: E731
        shot = Shot(methods=methods, aim=Aim(self.kill), last=last, drop=True, after_effect=done)
        self.fake.desk.faults.append(shot)
        return True

    def carried_out(self) -> int:
        """Count every message and change that Telegram made."""
        return len(carried_out(self.fake))

    def pending(self) -> int:
        """Count the updates that are not confirmed."""
        return self.fake.cloud.updates.count()

    async def asks(self) -> None:
        """Wait until it asks for updates, once it is up."""
        before = len(self.fake.called("getUpdates"))
        await self.fake.until(lambda: len(self.fake.called("getUpdates")) > before)


async def done(fake: FakeTelegram, user: User, step: Step) -> Callable[[], bool]:
    """Do a step; return what tells whether the person sees the answer."""
    before = {shown.id: shown.text for shown in user.view.from_bot}
    if step.does.startswith("["):
        label = step.does.strip("[]")
        await fake.until(lambda: any(label in shown.labels for shown in user.view.from_bot))
        card = next(s for s in reversed(user.view.from_bot) if label in s.labels)
        user.taps(card, label)
    else:
        user.says(step.does)
    return lambda: any(
        step.sees in shown.text and before.get(shown.id) != shown.text
        for shown in user.view.from_bot
    )


def carried_out(fake: FakeTelegram) -> list[Call]:
    """Return every message and change that Telegram made, its answer lost or not."""
    return [
        call
        for call in fake.calls
        if call.method in SENDS and isinstance(call.answer, dict) and call.answer.get("ok")
    ]
