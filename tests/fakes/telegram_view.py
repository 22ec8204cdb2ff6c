"""What a person sees in a chat at this moment."""

from dataclasses import dataclass

from tests.fakes.telegram_cloud import Chat, Cloud, Stored
from tests.fakes.telegram_entities import piece
from tests.fakes.telegram_refusals import Json


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` is what a tap tells the bot."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands in a chat now."""

    id: int
    chat: int
    by_bot: bool
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: bytes | None = None
    file_name: str = ""
    photo: bytes | None = None
    edited: bool = False
    marks: tuple[tuple[str, str], ...] = ()
    keyboard: tuple[tuple[str, ...], ...] = ()
    raw: Json | None = None

    @property
    def labels(self) -> list[str]:
        """Return what stands on the buttons, row after row."""
        return [button.label for row in self.buttons for button in row]


class ChatView:
    """A chat through somebody's eyes."""

    def __init__(self, cloud: Cloud, chat: Chat) -> None:
        self._cloud, self._chat = cloud, chat

    @property
    def messages(self) -> list[Shown]:
        """Return everything that stands there, the first first."""
        return [self._shown(stored) for stored in self._chat.messages.values()]

    @property
    def from_bot(self) -> list[Shown]:
        """Return what the bot wrote and did not delete."""
        return [message for message in self.messages if message.by_bot]

    @property
    def texts(self) -> list[str]:
        """Return the texts and captions of the bot's messages."""
        return [message.text for message in self.from_bot]

    @property
    def last(self) -> Shown:
        """Return the bot's last message."""
        return self.from_bot[-1]

    @property
    def keyboard(self) -> list[list[str]]:
        """Return the labels of the keyboard that replaces the person's own, if there is one."""
        for stored in reversed(self._chat.messages.values()):
            if stored.keyboard:
                rows = stored.keyboard.get("keyboard", [])
                return [[str(button["text"]) for button in row] for row in rows]
        return []

    @property
    def actions(self) -> list[str]:
        """Return how the bot showed that it was busy."""
        return self._chat.actions

    def _shown(self, stored: Stored) -> Shown:
        told = stored.message
        text = str(told.get("text") or told.get("caption") or "")
        entities = told.get("entities") or told.get("caption_entities") or []
        rows = told.get("reply_markup", {}).get("inline_keyboard", [])
        document, photo = told.get("document"), told.get("photo")
        other = stored.keyboard.get("keyboard", []) if stored.keyboard else []
        return Shown(
            id=told["message_id"],
            chat=self._chat.id,
            by_bot=stored.outgoing,
            text=text,
            buttons=tuple(tuple(_button(button) for button in row) for row in rows),
            document=self._cloud.files.content(document["file_id"]) if document else None,
            file_name=document.get("file_name", "") if document else "",
            photo=self._cloud.files.content(photo[-1]["file_id"]) if photo else None,
            edited="edit_date" in told,
            marks=tuple((e["type"], piece(text, e["offset"], e["length"])) for e in entities),
            keyboard=tuple(tuple(str(b["text"]) for b in row) for row in other),
            raw=told,
        )


def _button(told: Json) -> Button:
    return Button(told["text"], told.get("callback_data", ""), told.get("url", ""))
