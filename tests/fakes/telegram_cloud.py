"""What Telegram remembers: who there is, what stands in which chat, and what the bot set up."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.telegram_files import Files
from tests.fakes.telegram_limits import Limits, Meter
from tests.fakes.telegram_parameters import Parameters, leading_number
from tests.fakes.telegram_refusals import Json, Refusal, bad, forbidden
from tests.fakes.telegram_updates import Updates


@dataclass(slots=True, kw_only=True)
class Account:
    """A person or the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    deactivated: bool = False
    started: bool = False
    blocked: bool = False

    def told(self) -> Json:
        """Return the account as it stands in messages."""
        told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return told | _without_blanks(
            last_name=self.last_name, username=self.username, language_code=self.language_code
        )


@dataclass(slots=True, kw_only=True)
class Stored:
    """A message in a chat; what is no inline keyboard stands beside it."""

    message: Json
    outgoing: bool
    keyboard: Json | None = None


@dataclass(slots=True, kw_only=True)
class Chat:
    """A private chat, a group or a supergroup."""

    id: int
    type: str
    title: str = ""
    person: Account | None = None
    bot: str = "member"
    migrated_to: int = 0
    messages: dict[int, Stored] = field(default_factory=dict)
    last_id: int = 0
    actions: list[str] = field(default_factory=list)

    def told(self) -> Json:
        """Return the chat as it stands in messages."""
        if self.person:
            return {
                "id": self.id,
                "first_name": self.person.first_name,
                **_without_blanks(last_name=self.person.last_name, username=self.person.username),
                "type": "private",
            }
        told: Json = {"id": self.id, "title": self.title, "type": self.type}
        if self.type == "group":
            told["all_members_are_administrators"] = True
        return told


@dataclass(slots=True, kw_only=True)
class Tap:
    """A callback query that the bot may answer once."""

    id: str
    person: int
    born: float
    answer: Json | None = None


class Cloud:
    """Everything that one bot's Telegram knows."""

    def __init__(
        self, token: str, limits: Limits, now: Callable[[], float], clock: Callable[[], float]
    ) -> None:
        self.token, self.clock = token, clock
        self.now: Callable[[], int] = lambda: int(now())
        number = leading_number(token)
        self.bot = Account(
            id=number, first_name="Reports", username="reports_test_bot", is_bot=True
        )
        self.meter = Meter(limits, clock)
        self.updates = Updates(clock)
        self.files = Files(clock)
        self.people: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.tap_lives = 15.0
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.words: dict[tuple[str, str], str] = {}
        self._last_id = 0

    def reached(self, parameters: Parameters, *, writing: bool = True) -> Chat:
        """Return the chat that a request names, or refuse as Telegram does for that chat."""
        named = parameters.text("chat_id")
        if not named:
            raise bad("chat_id is empty")
        chat = self.chats.get(leading_number(named))
        if chat is None:
            raise bad("chat not found")
        if chat.person:
            self._check_private(chat.person, writing)
        elif refusal := self._group_refusal(chat, writing):
            raise refusal
        return chat

    def stored(self, chat: Chat, parameters: Parameters, what: str) -> Stored:
        """Return the message that a request names."""
        number = max(0, parameters.number("message_id"))
        if found := chat.messages.get(number):
            return found
        raise bad(f"message {what} not found")

    def check_open(self, chat: Chat) -> None:
        """Refuse to write to somebody who blocked the bot or never spoke to it."""
        if chat.person and chat.person.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.person and not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")

    def put(self, chat: Chat, sender: Account, content: Json, keyboard: Json | None = None) -> Json:
        """Write a message into a chat and return it."""
        if chat.type == "supergroup":
            chat.last_id = number = chat.last_id + 1
        else:
            self._last_id = number = self._last_id + 1
        message = {
            "message_id": number,
            "from": sender.told(),
            "chat": chat.told(),
            "date": self.now(),
            **content,
        }
        other = None
        if keyboard and "inline_keyboard" in keyboard:
            message["reply_markup"] = keyboard
        else:
            other = keyboard
        outgoing = sender is self.bot
        chat.messages[number] = Stored(message=message, outgoing=outgoing, keyboard=other)
        return message

    def tell(self, kind: str, payload: Json, chat: Chat) -> Json | None:
        """Send the bot an update about a chat, unless the bot is not there."""
        if chat.person is None and chat.bot in ("left", "kicked") and kind != "my_chat_member":
            return None
        return self.updates.add(kind, payload, (kind.removeprefix("edited_"), chat.id))

    def _check_private(self, person: Account, writing: bool) -> None:
        if person.deactivated and writing:
            raise forbidden("user is deactivated")
        if not writing and not person.started:
            raise bad("chat not found")

    def _group_refusal(self, chat: Chat, writing: bool) -> Refusal | None:
        kind = chat.type
        if chat.migrated_to:
            return (
                Refusal(
                    400,
                    "Bad Request: group chat was upgraded to a supergroup chat",
                    migrate_to_chat_id=chat.migrated_to,
                )
                if writing
                else None
            )
        if chat.bot == "kicked" and (writing or kind == "supergroup"):
            return forbidden(f"bot was kicked from the {kind} chat")
        if chat.bot == "left" and (writing or kind == "supergroup"):
            return forbidden(f"bot is not a member of the {kind} chat")
        return None


def _without_blanks(**values: str) -> Json:
    return {name: value for name, value in values.items() if value}
