"""People and groups whom a test leads: they say, send, block, and speak in groups."""

import unicodedata
from typing import Any

from tests.fakes.telegram_people import PIXEL
from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_cloud import BOT_NAME, Chat, Cloud, Person, new_id
from tests.fakes.zalo_bot_updates import Updates
from tests.fakes.zalo_bot_view import ChatView, Kind, Shown

UNSUPPORTED = "message.unsupported.received"
LINKS = ("http://", "https://", "www.")


class Group:
    """A group chat; the bot is in it once `adds_bot` was called."""

    def __init__(self, cloud: Cloud, updates: Updates, chat: Chat) -> None:
        self._cloud, self._updates, self.chat = cloud, updates, chat

    @property
    def id(self) -> str:
        """Return the group's id, which is its chat_id."""
        return self.chat.id

    @property
    def view(self) -> ChatView:
        """Return what its members see."""
        return self.chat.view

    def adds_bot(self) -> None:
        """Let the leader accept the bot's invitation."""
        self.chat.wrote = True
        if event := self._cloud.habits.bot_added_event:
            self._updates.emit({"event_name": event, "chat": self.chat.told()})

    def removes_bot(self) -> None:
        """Let the leader throw the bot out."""
        self.chat.wrote = False


class User:
    """A person who writes to the bot, in private or, by `in_group`, in a group.

    In a group the bot hears only what mentions it, which a member does unless one speaks `aside`,
    and what answers a message of its own. Every method returns the update, heard or not.
    """

    def __init__(self, cloud: Cloud, updates: Updates, person: Person, chat: Chat) -> None:
        self._cloud, self._updates = cloud, updates
        self.person, self.chat = person, chat
        self._mentions = chat.kind == "GROUP"

    @property
    def id(self) -> str:
        """Return the person's id, which is the private chat's too."""
        return self.person.id

    @property
    def view(self) -> ChatView:
        """Return what the person sees in this chat."""
        return self.chat.view

    def in_group(self, group: Group) -> "User":
        """Return the same person as a member of a group, who mentions the bot."""
        return User(self._cloud, self._updates, self.person, group.chat)

    @property
    def aside(self) -> "User":
        """Return the same member, who does not mention the bot."""
        member = User(self._cloud, self._updates, self.person, self.chat)
        member._mentions = False
        return member

    def says(self, text: str, answering: Shown | None = None) -> Json:
        """Write a text; one with a link becomes a preview, which bots do not get."""
        written = self._written(text)
        if self._cloud.habits.links_unsupported and any(link in text for link in LINKS):
            return self._unsupported(written, answering)
        content = {"text": written, **self._type("CHAT_MESSAGE")}
        return self._sends("message.text.received", content, answering, "text", text=written)

    def sends_photo(
        self,
        content: bytes = PIXEL,
        caption: str = "",
        content_type: str = "image/png",
        answering: Shown | None = None,
    ) -> Json:
        """Send a photo, which stays at its address until `fake.expire_media()`."""
        url = self._cloud.keep(content, content_type, ".png")
        field = self._cloud.habits.photo_field
        names = ("photo_url", "photo") if field == "both" else (field,)
        told: Json = {**self._type("CHAT_PHOTO"), **dict.fromkeys(names, url)}
        written = self._written(caption) if caption or self._mentions else ""
        if written:
            told["caption"] = written
        shown = {"text": written, "url": url, "photo": content, "content_type": content_type}
        return self._sends("message.image.received", told, answering, "photo", **shown)

    def sends_voice(self, content: bytes = b"\xff\xf1", answering: Shown | None = None) -> Json:
        """Send a voice message, which cannot mention anybody."""
        url = self._cloud.keep(content, "audio/aac", ".aac")
        told = {**self._type("CHAT_VOICE"), "voice_url": url}
        speaker = self.aside
        return speaker._sends("message.voice.received", told, answering, "voice", url=url)

    def sends_sticker(self, sticker: str = "", answering: Shown | None = None) -> Json:
        """Send a sticker, which cannot mention anybody."""
        told = {"sticker": sticker or new_id()}
        told["url"] = self._cloud.keep(PIXEL, "image/png", ".png")
        speaker, name = self.aside, "message.sticker.received"
        return speaker._sends(name, told, answering, "sticker", sticker=told["sticker"])

    def sends_document(self, name: str = "report.xlsx") -> Json:
        """Send a file, of which the bot learns only that there was something."""
        return self._unsupported(name, None)

    def follows(self) -> Json:
        """Open the chat without a word; an event that only third-party code knows."""
        return self.causes(self._cloud.habits.follow_event, user=self.person.told())

    def causes(self, event_name: str, **content: Any) -> Json:
        """Let anything happen: an event of any name with any content, a `message` or none."""
        update: Json = {"event_name": event_name, **content}
        self._updates.emit(update)
        return update

    def blocks(self) -> None:
        """Let the bot send no more."""
        self.chat.blocked = True

    def unblocks(self) -> None:
        """Let the bot send again."""
        self.chat.blocked = False

    def _unsupported(self, text: str, answering: Shown | None) -> Json:
        return self._sends(UNSUPPORTED, {}, answering, "other", text=text)

    def _type(self, name: str) -> Json:
        return {"message_type": name} if self._cloud.habits.message_type else {}

    def _written(self, text: str) -> str:
        habits = self._cloud.habits
        if self._mentions and habits.mention_in_text:
            text = f"@{BOT_NAME} {text}".rstrip()
        return (
            text if habits.text_form == "as_is" else unicodedata.normalize(habits.text_form, text)
        )

    def _sends(
        self, name: str, content: Json, answering: Shown | None, kind: Kind, **about: Any
    ) -> Json:
        message: Json = {
            "message_id": new_id(),
            "date": self._cloud.ms(),
            "from": self.person.told(),
            "chat": self.chat.told(),
            **content,
        }
        told = {"id": message["message_id"], "chat": self.chat.id, "date": message["date"]}
        self.chat.shown.append(Shown(**told, by_bot=False, kind=kind, **about))
        update: Json = {"event_name": name, "message": message}
        if name == UNSUPPORTED and not self._cloud.habits.unsupported_message:
            del update["message"]
        if self._cloud.habits.extra_fields:
            _swell(update)
        if self._is_heard(answering):
            self._cloud.count_inbound()
            self._updates.emit(update)
        self._cloud.watch.look()
        return update

    def _is_heard(self, answering: Shown | None) -> bool:
        if self.chat.kind == "GROUP":
            answers = answering is not None and answering.by_bot
            return self.chat.wrote and (self._mentions or answers)
        if not self._cloud.admits(self.person) and self._cloud.habits.over_cap == "silent":
            return False
        self.chat.wrote = True
        return True


def new_user(cloud: Cloud, updates: Updates, person: Person) -> User:
    """Return somebody whom the bot has not met."""
    cloud.people[person.id] = person
    chat = cloud.chats[person.id] = Chat(id=person.id)
    return User(cloud, updates, person, chat)


def new_group(cloud: Cloud, updates: Updates, title: str) -> Group:
    """Return a group without the bot."""
    chat = Chat(id=new_id(), kind="GROUP", title=title)
    cloud.chats[chat.id] = chat
    return Group(cloud, updates, chat)


def _swell(update: Json) -> None:
    """Add what no documentation names."""
    update["trace"] = {"v": 1}
    if message := update.get("message"):
        message["quote"] = None
        message["from"]["avatar"] = "https://avatar.example.zdn.vn/x.jpg"
        message["chat"]["muted"] = False
