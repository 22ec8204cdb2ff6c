"""What a person sees on the phone at this moment."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "photo", "sticker", "voice", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as it stands in a chat; `text` is a photo's caption too.

    `url` is the address of the photo or voice; `photo` and `content_type` are what was fetched
    from it, where Zalo fetches (`Habits.fetch_photos`) or a person sent it.
    """

    id: str
    chat: str
    by_bot: bool
    date: int
    kind: Kind = "text"
    text: str = ""
    url: str = ""
    photo: bytes | None = None
    content_type: str = ""
    sticker: str = ""
    parse_mode: str = ""
    styles: tuple[Any, ...] = ()


class ChatView:
    """A chat as its people see it."""

    def __init__(self, shown: list[Shown], actions: list[str]) -> None:
        self.messages, self.actions = list(shown), list(actions)

    @property
    def from_bot(self) -> list[Shown]:
        """Return what the bot sent and Zalo delivered."""
        return [message for message in self.messages if message.by_bot]

    @property
    def texts(self) -> list[str]:
        """Return the texts and captions of the bot's messages."""
        return [message.text for message in self.from_bot]

    @property
    def last(self) -> Shown:
        """Return the bot's last message."""
        return self.from_bot[-1]
