"""Conversation files over Zalo's two products: what both of their lines have in common."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from sqlalchemy import func, select

from bot.app import App
from bot.channels import RunningChannel
from bot.conversation import ConversationError
from bot.replay_lines import Heard, NoButton, NotHere, attached, tapped
from bot.replay_screens import PATIENCE, Watched
from plans.marks import carry_numbers, mark
from plans.messages import Address, Delivery, MessageKind, Reply
from storage.tables import inbox

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Messages with choices on somebody's screen, and what is typed for each by its label.

    `lettered`: a figure was asked for; `answers`: it is no notice that came by itself.
    """

    shown: Sequence[Any]
    typed: Mapping[str, str]
    lettered: bool
    answers: bool


class ZaloLine(ABC):
    """People with Zalo on their phones; what they hear is what their screens show."""

    def __init__(self, app: App, channel: RunningChannel, fake: Any) -> None:
        self._app = app
        self._fake = fake
        self._channel = channel.name
        self._people: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        self._heard: list[tuple[int, Heard]] = []
        self._seen: defaultdict[str, int] = defaultdict(int)
        self._cards: defaultdict[str, list[Card]] = defaultdict(list)
        self._last: Json | None = None
        self._said: tuple[Address, str] | None = None
        app.add([Watched(channel, self._look, self.before)])

    @abstractmethod
    def arrives(self, name: str) -> Any:
        """Return somebody new on the fake."""

    @abstractmethod
    def attaches(self, person: Any, kind: MessageKind, words: str) -> Json:
        """Let somebody send what is no text; return the event."""

    @abstractmethod
    def taps(self, person: Any, card: Card, label: str) -> Json | None:
        """Let somebody tap a button; return the event, None where no button has the label."""

    @abstractmethod
    def repeats(self, event: Json) -> None:
        """Let Zalo deliver an event once more."""

    @abstractmethod
    def number_of(self, event: Json) -> str:
        """Return the number of the message that an event tells of."""

    @abstractmethod
    def content(self, shown: Any) -> bytes | None:
        """Return the picture or file that a message brought."""

    def labels(self, shown: Any, reply: Reply) -> Sequence[str]:
        """Return the choices that stand on the buttons of a message."""
        return ()

    def typed(self, reply: Reply) -> dict[str, tuple[str, str]]:
        """Return for each label the line that it stands in, and what is typed for it."""
        named = carry_numbers(choice.label for choice in reply.choices)
        typed = {}
        for place, choice in enumerate(reply.choices):
            own = "" if named else mark(place, lettered=reply.lettered)
            line = f"{own}. {choice.label}" if own else choice.label
            typed[choice.label] = line, own or choice.label
        return typed

    async def before(self, delivery: Delivery) -> None:
        """Prepare for a delivery."""
        return

    def address(self, name: str) -> Address:
        """Return where somebody is reached."""
        return Address(channel=self._channel, chat=self._person(name).id)

    async def say(self, name: str, text: str) -> None:
        """Let somebody do it on the phone; return when the channel has taken it in."""
        person, before = self._person(name), len(self._fake.attempts)
        kind, label = attached(text), tapped(text)
        if kind in (MessageKind.EDIT, MessageKind.FORWARD):
            raise NotHere(text)  # nothing tells of an edit, and what is forwarded looks typed
        if kind:
            self._last = self.attaches(person, kind, text.partition(" ")[2])
        elif label is not None:
            self._last = self._choose(name, label)
        else:
            self._last = person.says(text)
        self._said = self.address(name), self.number_of(self._last)
        await self._taken(before)

    async def repeat(self) -> bool:
        """Let Zalo deliver once more what was said last."""
        if self._last is None:
            return False
        before, count = len(self._fake.attempts), await self._count()
        self.repeats(self._last)
        await self._taken(before)
        return await self._count() != count

    def collect(self) -> list[Heard]:
        """Return what was shown since the last look."""
        heard = [one for _, one in sorted(self._heard, key=lambda pair: pair[0])]
        self._heard.clear()
        return heard

    def _person(self, name: str) -> Any:
        if name not in self._people:
            person = self._people[name] = self.arrives(name)
            self._names[person.id] = name
        return self._people[name]

    def _choose(self, name: str, label: str) -> Json:
        """Tap a button, or type what stands before a choice of the newest card.

        Below a card that asks for a figure a notice's number could be that: its words are typed.
        """
        person, cards = self._person(name), self._cards[name]
        asks = next((card.lettered for card in reversed(cards) if card.answers), False)
        for card in reversed(cards):
            if event := self.taps(person, card, label):
                return event
            if label in card.typed:
                if card is not cards[-1]:
                    raise NotHere(label)  # there is nothing on an older card that could be tapped
                in_words = asks and not card.answers
                return dict(person.says(label if in_words else card.typed[label]))
        raise NoButton(label)

    async def _look(self, delivery: Delivery, _id: str) -> None:
        """Note the messages that a delivery put on a screen."""
        name, reply = self._names[delivery.address.chat], delivery.reply
        messages = self._people[name].view.from_bot
        shown = messages[self._seen[name] :]
        self._seen[name] = len(messages)
        text = "\n".join(one.text for one in shown if one.text)
        on_buttons = {label for one in shown for label in self.labels(one, reply)}
        lines = text.split("\n")
        typed = {label: how for label, (line, how) in self.typed(reply).items() if line in lines}
        if on_buttons or typed:
            answers, lettered = delivery.answers is not None, reply.lettered
            card = Card(shown=shown, typed=typed, lettered=lettered, answers=answers)
            self._cards[name].append(card)
        labels = [one.label for one in reply.choices if one.label in (*on_buttons, *typed)]
        heard = Heard(
            name=name,
            text=text,
            labels=tuple(labels),
            file=await self._file(delivery, shown, text),
            answers=self._said == (delivery.address, delivery.answers),
            more=True,
        )
        self._heard.append((delivery.number, heard))

    async def _file(self, delivery: Delivery, shown: Sequence[Any], text: str) -> str:
        """Return the name of the file that came, in a message or behind a link: the very one."""
        file = delivery.reply.file
        if file is None:
            return ""
        came = [content for one in shown if (content := self.content(one)) is not None]
        if not came:
            links = [word for word in text.split() if word.startswith("http://127.0.0.1")]
            came = [await _fetched(link) for link in links]
        return file.name if file.content in came else "another file"

    async def _taken(self, before: int) -> None:
        """Wait until an event was delivered and taken in."""
        attempts = self._fake.attempts
        await self._until(lambda: len(attempts) > before)
        if attempts[-1].status != HTTPStatus.OK:
            status = attempts[-1].status or "nothing"
            raise ConversationError(f"{self._channel} answered an event with {status}")
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self._count(self._said):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise ConversationError("the channel did not take an event in") from None

    async def _until(self, so: Callable[[], object]) -> None:
        try:
            await self._fake.until(so, PATIENCE)
        except TimeoutError:
            raise ConversationError(
                f"the channel did not answer within {PATIENCE:.0f} seconds"
            ) from None

    async def _count(self, what: tuple[Address, str] | None = None) -> int:
        """Count what was taken in: everything, or one message."""
        query = select(func.count()).select_from(inbox)
        if what:
            address, id = what
            query = query.where(inbox.c.chat == address.chat, inbox.c.message_id == id)
        return int(await self._app.database.read(lambda tx: tx.execute(query).scalar_one()))


async def _fetched(link: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(link) as answer:
        return await answer.read()
