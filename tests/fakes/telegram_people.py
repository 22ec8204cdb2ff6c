"""People and groups whom a test leads: they say, tap, send, block, join and go."""

import itertools
from typing import Any

from tests.fakes.telegram_cloud import Account, Chat, Cloud, Tap
from tests.fakes.telegram_entities import finished
from tests.fakes.telegram_parameters import Upload
from tests.fakes.telegram_refusals import Json
from tests.fakes.telegram_view import ChatView, Shown

LONGEST_SAID = 4096  # a client cuts what is longer
# The smallest PNG: one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001000500010d0a2db4"
    "0000000049454e44ae426082"
)
RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
_numbers = itertools.count(4_300_000_001)


class Group:
    """A group chat."""

    def __init__(self, cloud: Cloud, chat: Chat) -> None:
        self._cloud, self.chat = cloud, chat

    @property
    def id(self) -> int:
        """Return the group's number."""
        return self.chat.id

    @property
    def view(self) -> ChatView:
        """Return what its members see."""
        return ChatView(self._cloud, self.chat)

    def add_bot(self, by: "User") -> None:
        """Let somebody add the bot."""
        self._changes("member", by)
        self._service(by, new_chat_members=[self._cloud.bot.told()])

    def kick_bot(self, by: "User") -> None:
        """Let somebody throw the bot out."""
        self._changes("kicked", by)

    def promote_bot(self, by: "User") -> None:
        """Let somebody make the bot an administrator."""
        self._changes("administrator", by)

    def joins(self, person: "User") -> None:
        """Let somebody join."""
        self._service(person, new_chat_members=[person.account.told()])

    def leaves(self, person: "User") -> None:
        """Let somebody leave."""
        self._service(person, left_chat_member=person.account.told())

    def migrate(self, by: "User") -> "Group":
        """Become a supergroup, which has another number; return it."""
        number = -1_000_000_000_000 - next(_numbers)
        new = Chat(id=number, type="supergroup", title=self.chat.title, bot=self.chat.bot)
        self._cloud.chats[number] = new
        self._service(by, migrate_to_chat_id=number)
        self.chat.migrated_to = number
        grown = Group(self._cloud, new)
        grown._service(by, migrate_from_chat_id=self.id)
        return grown

    def _service(self, by: "User", **content: Any) -> None:
        message = self._cloud.put(self.chat, by.account, content)
        self._cloud.tell("message", message, self.chat)

    def _changes(self, status: str, by: "User") -> None:
        before, self.chat.bot = self.chat.bot, status
        bot_changes(self._cloud, self.chat, by.account, before, status)


class User:
    """A person who talks with the bot."""

    def __init__(self, cloud: Cloud, account: Account) -> None:
        self._cloud, self.account = cloud, account
        self.chat = cloud.chats[account.id]

    @property
    def id(self) -> int:
        """Return the person's number, which is the private chat's too."""
        return self.account.id

    @property
    def view(self) -> ChatView:
        """Return what the person sees in the chat with the bot."""
        return ChatView(self._cloud, self.chat)

    def says(self, text: str, to: Group | None = None, answering: Shown | None = None) -> Json:
        """Write a text, which a client cuts into messages where it is too long; return the last."""
        pieces = [text[at : at + LONGEST_SAID] for at in range(0, len(text), LONGEST_SAID)]
        for cut in pieces:
            formatted = finished(cut)
            content: Json = {"text": formatted.text}
            if formatted.entities:
                content["entities"] = formatted.told()
            sent = self._sends(content, to, answering)
        return sent

    def presses(self, label: str) -> Json:
        """Press a key of the bot's reply keyboard."""
        assert [label] in [[key] for row in self.view.keyboard for key in row], self.view.keyboard
        return self.says(label)

    def sends_photo(
        self, content: bytes = PIXEL, caption: str = "", to: Group | None = None
    ) -> Json:
        """Send a photo."""
        sizes = self._cloud.files.photo(Upload("photo.jpg", content))
        return self._sends({"photo": [size.told() for size in sizes], **_caption(caption)}, to)

    def sends_document(
        self, content: bytes, name: str = "file.bin", caption: str = "", to: Group | None = None
    ) -> Json:
        """Send a file."""
        kept = self._cloud.files.keep("Document", Upload(name, content))
        return self._sends({"document": kept.told(), **_caption(caption)}, to)

    def sends_voice(self, content: bytes = b"OggS", seconds: int = 2) -> Json:
        """Send a voice message."""
        kept = self._cloud.files.keep("VoiceNote", Upload("voice.oga", content, "audio/ogg"))
        return self._sends({"voice": {**kept.told(), "duration": seconds}})

    def sends_sticker(self, emoji: str = "👍") -> Json:
        """Send a sticker."""
        kept = self._cloud.files.keep("Sticker", Upload("sticker.webp", b"RIFF"), (512, 512))
        told = {k: v for k, v in kept.told().items() if k != "mime_type"}
        kind = {"type": "regular", "is_animated": False, "is_video": False, "emoji": emoji}
        return self._sends({"sticker": {**told, **kind}})

    def sends_contact(self, phone: str = "+84900000000", of: "User | None" = None) -> Json:
        """Send a contact, one's own unless somebody else's."""
        account = (of or self).account
        contact = {"phone_number": phone, "first_name": account.first_name, "user_id": account.id}
        return self._sends({"contact": contact})

    def sends_location(self, latitude: float, longitude: float) -> Json:
        """Send a place."""
        return self._sends({"location": {"latitude": latitude, "longitude": longitude}})

    def forwards(self, text: str, origin: "User | None" = None) -> Json:
        """Forward what somebody wrote; without one, of somebody who hides behind a name."""
        date = self._cloud.now()
        if origin:
            told = origin.account.told()
            source = {"type": "user", "sender_user": told, "date": date}
            old: Json = {"forward_from": told}
        else:
            source = {"type": "hidden_user", "sender_user_name": "Somebody", "date": date}
            old = {"forward_sender_name": "Somebody"}
        return self._sends({"forward_origin": source, **old, "forward_date": date, "text": text})

    def edits(self, message: Json, text: str) -> Json:
        """Change what one wrote."""
        chat = self._cloud.chats[message["chat"]["id"]]
        stored = chat.messages[message["message_id"]]
        formatted = finished(text)
        kept = {k: v for k, v in stored.message.items() if k != "entities"}
        kept |= {"edit_date": self._cloud.now(), "text": formatted.text}
        stored.message = kept | ({"entities": formatted.told()} if formatted.entities else {})
        self._cloud.tell("edited_message", stored.message, chat)
        return stored.message

    def taps(self, message: Shown, button: str) -> Tap:
        """Tap a button that is there now, by its label or by what it carries."""
        chat = self._cloud.chats[message.chat]
        stored = chat.messages.get(message.id)
        rows = stored.message.get("reply_markup", {}).get("inline_keyboard", []) if stored else []
        for key in (key for row in rows for key in row):
            if button in (key["text"], key.get("callback_data")) and "callback_data" in key:
                return self.taps_old(message, key["callback_data"])
        raise LookupError(f"no button {button!r} under message {message.id}: {rows}")

    def taps_old(self, message: Shown, data: str) -> Tap:
        """Tap what a client still shows though the bot has changed or deleted it."""
        chat = self._cloud.chats[message.chat]
        tap = Tap(id=str(next(_numbers)), person=self.id, born=self._cloud.clock())
        self._cloud.taps[tap.id] = tap
        stored = chat.messages.get(message.id)
        gone = {"message_id": message.id, "chat": chat.told(), "date": 0}
        told = {
            "id": tap.id,
            "from": self.account.told(),
            "message": stored.message if stored else gone,
            "chat_instance": str(7 * 10**15 + chat.id),
            "data": data,
        }
        self._cloud.updates.add("callback_query", told, ("callback_query", self.id))
        return tap

    def blocks(self) -> None:
        """Block the bot."""
        self.account.blocked = True
        bot_changes(self._cloud, self.chat, self.account, "member", "kicked")

    def unblocks(self) -> None:
        """Let the bot write again."""
        self.account.blocked = False
        bot_changes(self._cloud, self.chat, self.account, "kicked", "member")

    def deactivates(self) -> None:
        """Delete the account."""
        self.account.deactivated = True

    def _sends(
        self, content: Json, to: Group | None = None, answering: Shown | None = None
    ) -> Json:
        chat = to.chat if to else self.chat
        if chat.person:
            assert not self.account.blocked, "who blocked a bot has to unblock it before writing"
            self.account.started = True
        answered = chat.messages.get(answering.id) if answering else None
        if answered:
            content = {"reply_to_message": answered.message, **content}
        message = self._cloud.put(chat, self.account, content)
        if chat.person or chat.bot == "administrator" or self._is_for_bot(message):
            self._cloud.tell("message", message, chat)
        return message

    def _is_for_bot(self, message: Json) -> bool:
        """Return whether a bot in privacy mode gets a group's message: commands and answers."""
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        command = message.get("text", "").partition(" ")[0]
        named = command.partition("@")[2]
        mine = named.lower() in ("", self._cloud.bot.username.lower())
        return answered == self._cloud.bot.id or (command.startswith("/") and mine)


def new_user(cloud: Cloud, **about: str) -> User:
    """Return somebody whom the bot has not met."""
    account = Account(id=next(_numbers), **{"first_name": "Person", **about})  # type: ignore[arg-type]
    cloud.people[account.id] = account
    cloud.chats[account.id] = Chat(id=account.id, type="private", person=account)
    return User(cloud, account)


def new_group(cloud: Cloud, title: str) -> Group:
    """Return a group without the bot."""
    chat = Chat(id=-next(_numbers), type="group", title=title, bot="left")
    cloud.chats[chat.id] = chat
    return Group(cloud, chat)


def bot_changes(cloud: Cloud, chat: Chat, by: Account, before: str, after: str) -> None:
    """Tell the bot that its own place in a chat has changed."""
    told = {
        "chat": chat.told(),
        "from": by.told(),
        "date": cloud.now(),
        "old_chat_member": _member(cloud.bot, before),
        "new_chat_member": _member(cloud.bot, after),
    }
    cloud.tell("my_chat_member", told, chat)


def _member(bot: Account, status: str) -> Json:
    told: Json = {"user": bot.told(), "status": status}
    if status == "kicked":
        told["until_date"] = 0
    if status == "administrator":
        told |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(RIGHTS, True)}
    return told


def _caption(text: str) -> Json:
    return {"caption": text} if text else {}
