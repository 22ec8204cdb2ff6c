"""What Zalo knows: one bot, the people and groups around it, their messages, and the limits."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Literal

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_habits import Habits
from tests.fakes.zalo_bot_view import ChatView, Shown
from tests.fakes.zalo_bot_watch import Watch
from tests.fakes.zalo_bot_wire import refused

VIETNAM = timezone(timedelta(hours=7))
# The free tier.
BASIC_QUOTA, BASIC_USERS = 3000, 50
BOT_NAME = "Bot Bao Cao"


def new_id() -> str:
    """Return an id as Zalo makes them: 20 hex digits that say nothing."""
    return secrets.token_hex(10)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with Zalo on the phone."""

    id: str
    display_name: str

    def told(self) -> Json:
        """Return the person as updates tell of one."""
        return {"id": self.id, "display_name": self.display_name, "is_bot": False}


@dataclass(slots=True)
class Chat:
    """A private chat with the bot, or a group; `wrote` once the bot may send to it."""

    id: str
    kind: Literal["PRIVATE", "GROUP"] = "PRIVATE"
    wrote: bool = False
    blocked: bool = False
    title: str = ""
    shown: list[Shown] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    def told(self) -> Json:
        """Return the chat as updates tell of one."""
        return {"id": self.id, "chat_type": self.kind}

    @property
    def view(self) -> ChatView:
        """Return what its people see now."""
        return ChatView(self.shown, self.actions)


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a person sent, at its address for a while."""

    content: bytes
    content_type: str


class Cloud:
    """Zalo's memory of one bot."""

    def __init__(
        self, token: str, habits: Habits, now: Callable[[], float], clock: Callable[[], float]
    ) -> None:
        self.token, self.habits, self.clock = token, habits, clock
        self.url = ""
        self.quota: float | None = None
        self.user_cap: float | None = None
        self.people: dict[str, Person] = {}
        self.chats: dict[str, Chat] = {}
        self.media: dict[str, Media] = {}
        self.watch = Watch()
        self.bot_id = new_id()
        self._now = now
        self._users: list[str] = []
        self._used: dict[tuple[str, str], int] = {}

    def ms(self) -> int:
        """Return the time in milliseconds, as Zalo writes it."""
        return int(self._now() * 1000)

    def me(self) -> Json:
        """Return what getMe tells."""
        return {
            "id": self.bot_id,
            "account_name": "bot.baocao",
            "account_type": "BASIC",
            "can_join_groups": self.habits.can_join_groups,
            "display_name": BOT_NAME,
        }

    def month(self) -> str:
        """Return the month of the quota, by the calendar of Viet Nam."""
        return datetime.fromtimestamp(self._now(), VIETNAM).strftime("%Y-%m")

    def day(self) -> str:
        """Return the day of the daily limits."""
        return datetime.fromtimestamp(self._now(), VIETNAM).strftime("%Y-%m-%d")

    def count(self, what: str, when: str) -> int:
        """Count one more of something within a month or day; return how many there are."""
        self._used[what, when] = self.used(what, when) + 1
        return self._used[what, when]

    def used(self, what: str, when: str) -> int:
        """Return how many of something there were within a month or day."""
        return self._used.get((what, when), 0)

    def admits(self, person: Person) -> bool:
        """Return whether a person is one of those whom the plan lets use the bot."""
        if person.id not in self._users:
            self._users.append(person.id)
        return self.user_cap is None or self._users.index(person.id) < self.user_cap

    def open_chat(self, chat_id: str) -> Chat:
        """Return a chat that the bot may send to; refuse any other."""
        chat = self.chats.get(chat_id)
        if chat is None or not chat.wrote or chat.blocked:
            raise refused(self.habits.stranger, "chat_id is not a chat of this bot")
        if chat.kind == "PRIVATE" and not self.admits(self.people[chat_id]):
            raise refused(403)
        return chat

    def charge(self) -> None:
        """Count one message of the bot; refuse it when the month's are used up."""
        if self.quota is not None and self.used("sent", self.month()) >= self.quota:
            raise refused(429)
        self.count("sent", self.month())

    def count_inbound(self) -> None:
        """Count one message to the bot, where those count."""
        if self.habits.quota_counts_inbound:
            self.count("sent", self.month())

    def keep(self, content: bytes, content_type: str, suffix: str) -> str:
        """Keep a file that a person sent; return its address, which needs no token."""
        name = f"{new_id()}{suffix}"
        self.media[name] = Media(content, content_type)
        return f"{self.url}/media/{name}"
