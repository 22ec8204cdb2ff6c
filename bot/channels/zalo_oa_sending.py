"""A delivery as calls of an Official Account: by the cheapest way that the rules leave open."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import structlog

import locales
from bot.channels.calls import ApiError, Unanswered
from bot.channels.zalo_oa_client import BY_USER, CONSULT, TO_GROUP, Client, Json
from bot.channels.zalo_oa_errors import Rejected, send_error
from bot.channels.zalo_oa_events import GROUP, is_group
from bot.channels.zalo_oa_rendering import Part, parts_of, upload_of
from bot.channels.zalo_oa_windows import Way
from plans.errors import SendError
from plans.messages import Address, Delivery, File

# A kind of quota in Zalo's answer that costs nothing.
FREE_QUOTAS: Final = ("", "reply")
# Zalo does not take a file for what it is or how big it is: a link still reaches it.
NO_FILE: Final = frozenset({-200, -201, -210, -211, -233})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Postage:
    """How messages go out, the notes of what each costs, and why they do not where they do not."""

    way: Way
    notes: tuple[int, ...] = ()
    reason: str = ""


class Purse(Protocol):
    """What counts messages: they are noted before they go, and taken back if they did not."""

    async def pay(self, delivery: Delivery, messages: int) -> Postage:
        """Choose how so many messages go, and note them."""

    async def take_back(self, notes: Sequence[int]) -> None:
        """Forget messages that certainly did not go."""

    async def charged(self, delivery: Delivery, note: int) -> None:
        """Note that Zalo took money for a message that was noted as free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a delivery does not say: a reader's language, where its file waits, the templates.

    `link` returns None where the server has no public address.
    """

    language_of: Callable[[Address], Awaitable[str]]
    link: Callable[[int, str], str | None]
    templates: dict[str, str]


class Sender:
    """Sends deliveries; nothing is ever changed or taken away, for Zalo cannot do that."""

    def __init__(self, client: Client, purse: Purse, sources: Sources) -> None:
        self._client = client
        self._purse = purse
        self._sources = sources
        # How many parts of a delivery arrived before one failed. Lost in a restart, which matters
        # little.
        self._arrived: dict[int, int] = {}

    async def send(self, delivery: Delivery) -> str:
        """Send one delivery; return the id of its last message."""
        try:
            return await self._send(delivery)
        except ApiError as error:
            raise send_error(error) from None

    async def _send(self, delivery: Delivery) -> str:
        first = self._arrived.get(delivery.number, 0)
        whole = await self._parts(delivery)
        # Worded anew meanwhile, it may be shorter than what arrived of it.
        first = first if first < len(whole) else 0
        parts = whole[first:]
        postage = await self._purse.pay(delivery, len(parts))
        if postage.way is Way.ELSEWHERE:
            raise SendError(postage.reason, elsewhere=True)
        if postage.way is Way.TEMPLATE_USER:
            return await self._by_template(delivery, postage.notes)
        id = ""
        for place, part in enumerate(parts):
            told = await self._counted(postage.notes[place:], self._post(delivery, part))
            id = str(told.get("message_id", ""))
            if first + len(parts) > 1:
                self._arrived[delivery.number] = first + place + 1
            await self._note_quota(delivery, told, postage, postage.notes[place])
        self._arrived.pop(delivery.number, None)
        return id

    async def _counted(self, notes: Sequence[int], post: Awaitable[Json]) -> Json:
        """Send the first of some messages that are noted; where it fails the rest do not go."""
        try:
            return await post
        except Unanswered:
            await self._purse.take_back(notes[1:])
            raise
        except ApiError:
            await self._purse.take_back(notes)
            raise

    async def _parts(self, delivery: Delivery) -> tuple[Part, ...]:
        """Return the messages; what Zalo cannot carry is said in words."""
        if is_group(delivery.address.chat):
            # Nobody taps in a group: what is chosen is chosen in private.
            delivery = replace(delivery, reply=replace(delivery.reply, choices=()))
        file = delivery.reply.file
        note = await self._where(delivery, file) if file and not upload_of(file) else ""
        return parts_of(delivery, note=note)

    async def _where(self, delivery: Delivery, file: File) -> str:
        """Say where a file is: at a link, or on the web chat."""
        language = await self._sources.language_of(delivery.address)
        url = self._sources.link(delivery.number, file.name)
        if url is None:
            return locales.text(language, "file.on_web", name=file.name)
        return locales.text(language, "file.link", name=file.name, url=url)

    async def _post(self, delivery: Delivery, part: Part) -> Json:
        part, uploaded = await self._uploaded(delivery, part)
        chat = delivery.address.chat
        if is_group(chat):
            recipient, path = {"group_id": chat.removeprefix(GROUP)}, TO_GROUP
        else:
            recipient, path = {"user_id": chat}, CONSULT
        try:
            message = part.message(uploaded)
            return await self._client.send(path, {"recipient": recipient, "message": message})
        except Rejected as refusal:
            if part.file is None or not uploaded or refusal.code not in NO_FILE:
                raise
            linked = await self._linked(delivery, part, refusal)
        message = linked.message("")
        return await self._client.send(path, {"recipient": recipient, "message": message})

    async def _uploaded(self, delivery: Delivery, part: Part) -> tuple[Part, str]:
        """Upload what a part carries; where Zalo does not take it, the part says where it is."""
        if part.file is None:
            return part, ""
        try:
            return part, await self._client.upload(part.upload, part.file)
        except Rejected as refusal:
            if refusal.code not in NO_FILE:
                raise
            return await self._linked(delivery, part, refusal), ""

    async def _linked(self, delivery: Delivery, part: Part, refusal: Rejected) -> Part:
        """Say where a file is that Zalo does not take, whether as an upload or as a message."""
        log.warning("zalo_oa.file_refused", number=delivery.number, reason=str(refusal))
        where = await self._where(delivery, part.file) if part.file else ""
        return Part(text="\n\n".join(words for words in (part.text, where) if words))

    async def _by_template(self, delivery: Delivery, notes: Sequence[int]) -> str:
        brief = delivery.reply.brief
        if brief is None:
            raise ValueError("a message without a brief goes by no template")
        body = {
            "user_id": delivery.address.chat,
            "template_id": self._sources.templates[brief.kind],
            "template_data": dict(brief.fields),
        }
        told = await self._counted(notes, self._client.send(BY_USER, body))
        return str(told.get("message_id", ""))

    async def _note_quota(
        self, delivery: Delivery, told: Json, postage: Postage, note: int
    ) -> None:
        """Learn what Zalo says of the quota that a message was taken from; it has arrived."""
        quota = told.get("quota")
        if not isinstance(quota, dict):
            return
        kind, left = str(quota.get("quota_type") or ""), str(quota.get("remain", ""))
        free = kind in FREE_QUOTAS
        (log.debug if free else log.info)("zalo_oa.quota", kind=kind, left=left)
        if free or postage.way is not Way.FREE:
            return
        try:
            await self._purse.charged(delivery, note)
        except Exception as fault:
            log.error("zalo_oa.charge_not_noted", fault=type(fault).__name__)
