"""What a person sees in a chat with the OA, or in one of its groups."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.zalo_oa_refusals import Json

QUERIES = ("oa.query.show", "oa.query.hide")


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message, with what it carries."""

    title: str
    type: str
    payload: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as it stands in a chat; `via` is the way by which the OA sent it."""

    id: str
    chat: str
    by_bot: bool
    text: str = ""
    via: str = ""
    buttons: tuple[Button, ...] = ()
    image: bytes | None = None
    image_url: str = ""
    file: bytes | None = None
    file_name: str = ""
    template_id: str = ""
    template_data: Json | None = None
    tracking_id: str = ""
    raw: Json | None = None

    @property
    def labels(self) -> list[str]:
        """Return what stands on the buttons."""
        return [button.title for button in self.buttons]


class ChatView:
    """A chat through somebody's eyes."""

    def __init__(self, messages: list[Shown]) -> None:
        self.messages = messages

    @property
    def from_bot(self) -> list[Shown]:
        """Return what the OA sent."""
        return [message for message in self.messages if message.by_bot]

    @property
    def texts(self) -> list[str]:
        """Return the texts of the OA's messages."""
        return [message.text for message in self.from_bot]

    @property
    def last(self) -> Shown:
        """Return the OA's last message."""
        return self.from_bot[-1]
