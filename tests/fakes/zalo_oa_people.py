"""People and groups whom a test leads: they follow, say, tap, send, block and leave."""

import hashlib

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa_office import Office, Person, Room
from tests.fakes.zalo_oa_refusals import Json
from tests.fakes.zalo_oa_view import QUERIES, ChatView, Shown


class Group:
    """A group of the OA."""

    def __init__(self, office: Office, room: Room) -> None:
        self._office, self.room = office, room

    @property
    def id(self) -> str:
        """Return the group's number."""
        return self.room.id

    @property
    def view(self) -> ChatView:
        """Return what its members see."""
        return ChatView(self._office.chats[self.id])

    def disable(self) -> None:
        """Let Zalo disable the group."""
        self.room.enabled = False


class User:
    """A person who talks with the OA."""

    def __init__(self, office: Office, person: Person) -> None:
        self._office, self.person = office, person

    @property
    def id(self) -> str:
        """Return the person's number for this OA."""
        return self.person.id

    @property
    def phone(self) -> str:
        """Return the person's phone number."""
        return self.person.phone

    @property
    def view(self) -> ChatView:
        """Return what the person sees in the chat with the OA."""
        return ChatView(self._office.chats[self.id])

    def follows(self) -> Json:
        """Follow the OA, which is an interaction."""
        self.person.follows, self.person.left = True, False
        self._interacts()
        return self._follower("follow")

    def unfollows(self) -> Json:
        """Follow no longer."""
        self.person.follows, self.person.left = False, True
        return self._follower("unfollow")

    def blocks(self) -> None:
        """Refuse messages of the OA; nobody tells it."""
        self.person.blocks = True

    def unblocks(self) -> None:
        """Take messages again."""
        self.person.blocks = False

    def says(self, text: str, to: Group | None = None) -> Json:
        """Write a text, to the OA or in a group."""
        return self._sends("text", text, to=to)

    def taps(self, shown: Shown, label: str) -> Json:
        """Tap a button: the OA hears its payload as a text, or the phone opens what it names."""
        found = [button for button in shown.buttons if button.title == label]
        if not found:
            raise LookupError(f"no button {label!r} among {shown.labels}")
        [button] = found
        if button.type not in QUERIES:
            return {"opened": button.payload}
        return self._sends("text", button.payload, seen=button.type == "oa.query.show")

    def sends_image(self, content: bytes = PIXEL, text: str = "", to: Group | None = None) -> Json:
        """Send a picture."""
        url = self._office.keep(content)
        return self._sends("image", text, {"url": url, "thumbnail": url}, to=to)

    def sends_gif(self, content: bytes = b"GIF89a") -> Json:
        """Send a moving picture."""
        url = self._office.keep(content)
        return self._sends("gif", "", {"url": url, "thumbnail": url})

    def sends_file(self, content: bytes, name: str, to: Group | None = None) -> Json:
        """Send a file."""
        about = {
            "url": self._office.keep(content),
            "name": name,
            "size": str(len(content)),
            "type": name.rpartition(".")[2].lower(),
            "checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        }
        return self._sends("file", "", about, to=to)

    def sends_voice(self, content: bytes = b"\xff\xf1voice") -> Json:
        """Send a recording."""
        return self._sends("audio", "", {"url": self._office.keep(content)})

    def sends_video(self, content: bytes = b"video") -> Json:
        """Send a film."""
        url = self._office.keep(content)
        return self._sends("video", "", {"url": url, "thumbnail": url, "description": ""})

    def sends_sticker(self, number: str = "1234") -> Json:
        """Send a sticker."""
        return self._sends("sticker", "", {"id": number, "url": self._office.keep(PIXEL)})

    def sends_location(self, latitude: float, longitude: float) -> Json:
        """Send a place."""
        place = {"latitude": str(latitude), "longitude": str(longitude)}
        return self._sends("location", "", {"coordinates": place})

    def sends_link(self, url: str, text: str = "") -> Json:
        """Send a link, which Zalo turns into a card."""
        card = {"url": url, "thumbnail": "", "description": ""}
        return self._sends("link", text or url, card)

    def sends_card(self, phone: str) -> Json:
        """Send a business card."""
        card = {"url": "", "thumbnail": "", "description": f'{{"phone":"{phone}"}}'}
        return self._sends("business_card", "", card, kind="link")

    def submits(self, **about: str) -> Json:
        """Answer a request for name, phone and address."""
        self._interacts()
        return self._office.events.tell(
            "user_submit_info",
            sender={"id": self.id},
            recipient={"id": self._office.app.oa_id},
            user_id_by_app=self.person.by_app,
            info=about,
        )

    def receives(self, shown: Shown) -> Json:
        """Let the phone report that a message came."""
        return self._office.receipt(shown)

    def sees(self, *shown: Shown) -> Json:
        """Let the phone report that messages were seen."""
        office = self._office
        seen = {f"{office.habits.id_key}s": [message.id for message in shown]}
        name, person = "user_seen_message", self.person
        return office.events.message(name, office.app.oa_id, self.id, seen, person.by_app)

    def _sends(
        self,
        what: str,
        text: str,
        payload: Json | None = None,
        *,
        to: Group | None = None,
        kind: str = "",
        seen: bool = True,
    ) -> Json:
        office = self._office
        number, chat = office.number("96d"), to.id if to else self.id
        content: Json = {"text": text} if text or payload is None else {}
        if payload is not None:
            content["attachments"] = [{"type": kind or what, "payload": payload}]
        if not to:
            self._interacts()
        if seen:
            office.put(Shown(id=number, chat=chat, by_bot=False, text=text))
        message = office.events.numbered(number, **content)
        return office.events.tell(
            f"user_send_{'group_' if to else ''}{what}",
            oa_id=office.app.oa_id if to else None,
            sender={"id": self.id},
            recipient={"id": to.id if to else office.app.oa_id},
            user_id_by_app=self.person.by_app,
            message=message,
        )

    def _follower(self, name: str) -> Json:
        return self._office.events.tell(
            name,
            oa_id=self._office.app.oa_id,
            follower={"id": self.id},
            user_id_by_app=self.person.by_app,
            source="oa_profile",
        )

    def _interacts(self) -> None:
        """Open a new window, with its own free replies."""
        self.person.interacted, self.person.replies = self._office.clock.now(), 0
