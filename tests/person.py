"""People who talk with the real application: they say, tap and read what comes back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.app import Parts, build
from bot.clock import FixedClock
from bot.rehearsal import issue_code, join
from bot.replay import Recorder
from plans.calendar import VIETNAM
from plans.messages import Address, Medium, Message, MessageKind, Reply
from plans.pack import Form, Pack
from plans.people import RoleKind
from storage.database import Database

PLAN = "binh_thuan_2024"
MUI_NE, HAM_TIEN = "22915", "22918"
MORNING = datetime(2024, 6, 11, 8, 0, tzinfo=VIETNAM)


class Town:
    """The application on one database, with a clock to set and packs that a release may change."""

    def __init__(self, database: Database, packs: Mapping[str, Pack]) -> None:
        self.database = database
        self.clock = FixedClock(MORNING)
        self.recorder = Recorder("webchat")
        self.begin(packs)

    def begin(self, packs: Mapping[str, Pack]) -> None:
        """Start the application, or start it anew with other packs."""
        parts = Parts(database=self.database, packs=packs, clock=self.clock, secret=b"town")
        self.app = build(parts)
        self.app.add([self.recorder])

    async def joined(self, name: str, kind: RoleKind, unit: str = "", plan: str = PLAN) -> "Person":
        """Return somebody who joined already."""
        address = Address(channel="webchat", chat=name)
        now = self.clock.now()
        await self.database.run(lambda tx: join(tx, self.app.world, address, plan, kind, unit, now))
        return Person(self, name)

    async def officer(self, name: str, unit: str = MUI_NE) -> "Person":
        """Return a focal point of a unit."""
        return await self.joined(name, RoleKind.FOCAL_POINT, unit)

    async def coordinator(self, name: str) -> "Person":
        """Return a coordinator of the province."""
        return await self.joined(name, RoleKind.COORDINATOR)

    async def invited(self, code: str, unit: str = MUI_NE) -> None:
        """Issue a code that the test chooses."""
        now = self.clock.now()
        await self.database.run(lambda tx: issue_code(tx, self.app.world, code, PLAN, unit, now))

    def later(self, **by: float) -> None:
        """Let time pass: `later(days=3)`."""
        self.clock.set(self.clock.now() + timedelta(**by))


class Person:
    """Somebody at a chat."""

    def __init__(self, town: Town, name: str) -> None:
        self._town = town
        self.address = Address(channel="webchat", chat=name)
        self.medium = Medium()
        self._said = 0

    async def says(self, *texts: str) -> str:
        """Say one thing after the other; return the answer to the last, "" for silence."""
        for text in texts:
            reply = await self._sends(text, MessageKind.TEXT)
        return reply.text if reply else ""

    async def taps(self, data: str) -> str:
        """Send what a button would carry, real or made up."""
        reply = await self._sends(data, MessageKind.TAP)
        return reply.text if reply else ""

    async def asks(self, text: str) -> Reply:
        """Say something and return the whole reply."""
        reply = await self._sends(text, MessageKind.TEXT)
        assert reply, f"no answer to {text}"
        return reply

    async def _sends(self, text: str, kind: MessageKind) -> Reply | None:
        self._said += 1
        message = Message(
            address=self.address, id=str(self._said), text=text, kind=kind, medium=self.medium
        )
        town = self._town
        await town.app.receiver.accept(message)
        await town.app.settle()
        replies = [
            delivery.reply
            for delivery in town.recorder.sent
            if delivery.address == self.address and delivery.answers == message.id
        ]
        return replies[-1] if replies else None

    @property
    def heard(self) -> list[str]:
        """Return everything that came, the first first."""
        return [d.reply.text for d in self._town.recorder.sent if d.address == self.address]


def with_questions(pack: Pack, form: str, questions: Sequence[str]) -> Pack:
    """Return the pack with other questions on one form."""
    forms = {**pack.forms, form: Form(title=pack.forms[form].title, questions=tuple(questions))}
    return changed(pack, forms=forms)


def changed(pack: Pack, **parts: object) -> Pack:
    """Return the pack as another release of it might be."""
    other = pack.model_copy(update=parts)
    other.__dict__.pop("tree", None)  # worked out once, from the units before
    return other
