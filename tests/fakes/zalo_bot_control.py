"""The same strings for another process to pull: JSON under `/_control/`.

POST a JSON object, or GET; an answer is the JSON of what came of it, 400 with `error` for a
mistake. People and groups are named by the ids that their making returned.
"""

import base64
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.telegram_people import PIXEL
from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_faults import fault_from
from tests.fakes.zalo_bot_people import Group, User

if TYPE_CHECKING:
    from tests.fakes.zalo_bot import FakeZaloBot


class Control:
    """Does to a fake what another process asks."""

    def __init__(self, fake: "FakeZaloBot") -> None:
        self._fake = fake
        self._users: dict[str, User] = {}
        self._groups: dict[str, Group] = {}
        self._verbs: Mapping[str, Callable[[Json], Any]] = {
            "user": self._new_user,
            "group": self._new_group,
            "says": lambda wish: self._speaker(wish).says(wish["text"]),
            "photo": self._photo,
            "does": self._does,
            "causes": self._causes,
            "messages": self._messages,
            "calls": self._calls,
            "updates": lambda wish: fake.updates,
            "attempts": lambda wish: [_told(attempt) for attempt in fake.attempts],
            "probes": lambda wish: [_told(attempt) for attempt in fake.probes],
            "polls": lambda wish: [asdict(poll) for poll in fake.polls],
            "posts": self._posts,
            "fail": lambda wish: fake.desk.faults.append(fault_from(wish)),
            "heal": lambda wish: fake.heal(),
            "habits": self._habits,
            "limits": self._limits,
            "repeat": self._repeat,
            "hold": lambda wish: fake.hold(),
            "shuffle": lambda wish: fake.shuffle(wish.get("seed", 0)),
            "release": lambda wish: fake.release(),
            "restart": lambda wish: fake.restart(),
            "reset_token": lambda wish: {"token": fake.reset_token()},
            "expire_media": lambda wish: fake.expire_media(),
            "counts": self._counts,
        }

    def routes(self) -> list[web.RouteDef]:
        """Return where it answers."""
        return [web.route("*", "/_control/{verb}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        wish: Json = dict(request.query)
        verb = self._verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": f"verbs: {sorted(self._verbs)}"}, status=404)
        try:
            if request.can_read_body:
                wish |= await request.json()
            came = verb(wish)
            return web.json_response(await came if inspect.isawaitable(came) else came)
        except (LookupError, TypeError, ValueError, AssertionError) as mistake:
            error = f"{type(mistake).__name__}: {mistake}"
            return web.json_response({"error": error}, status=400)

    def _new_user(self, wish: Json) -> Json:
        user = self._fake.user(**wish)
        self._users[user.id] = user
        return {"id": user.id}

    def _new_group(self, wish: Json) -> Json:
        group = self._fake.group(wish["title"])
        group.adds_bot()
        self._groups[group.id] = group
        return {"id": group.id}

    def _speaker(self, wish: Json) -> User:
        """Return who acts: `user`, in `group` if there is one, `aside` without a mention."""
        user = self._users[wish["user"]]
        if "group" not in wish:
            return user
        member = user.in_group(self._groups[wish["group"]])
        return member.aside if wish.get("aside") else member

    def _photo(self, wish: Json) -> Json:
        content = base64.b64decode(wish["content"]) if "content" in wish else PIXEL
        return self._speaker(wish).sends_photo(content, wish.get("caption", ""))

    def _does(self, wish: Json) -> Any:
        """Do one of the short things: `{"user": "...", "what": "blocks"}`."""
        user = self._speaker(wish)
        known: dict[str, Callable[[], Any]] = {
            "blocks": user.blocks,
            "unblocks": user.unblocks,
            "voice": user.sends_voice,
            "sticker": user.sends_sticker,
            "document": user.sends_document,
            "follows": user.follows,
        }
        return known[wish["what"]]()

    def _causes(self, wish: Json) -> Json:
        return self._speaker(wish).causes(wish["event_name"], **wish.get("content", {}))

    def _messages(self, wish: Json) -> list[Json]:
        chat = self._fake.cloud.chats[wish.get("group") or wish["user"]]
        return [_told(shown) for shown in chat.view.messages]

    def _calls(self, wish: Json) -> list[Json]:
        method = wish.get("method")
        return [asdict(call) for call in self._fake.calls if method in (None, call.method)]

    async def _posts(self, wish: Json) -> Json:
        """Post what is wished to the webhook; null as `secret` sends none."""
        how = {name: wish[name] for name in ("secret", "content_type") if name in wish}
        return _told(await self._fake.posts(wish["body"], **how))

    def _habits(self, wish: Json) -> Json:
        """Change switches; null is a number without a limit, either way."""
        self._fake.habits.change(**{n: math.inf if v is None else v for n, v in wish.items()})
        told = asdict(self._fake.habits).items()
        return {name: None if value == math.inf else value for name, value in told}

    def _limits(self, wish: Json) -> None:
        """Set `quota` and `user_cap`; null is without."""
        for name in wish:
            if name not in ("quota", "user_cap"):
                raise ValueError(f"no limit {name!r}")
        self._fake.quota = wish.get("quota", self._fake.quota)
        self._fake.user_cap = wish.get("user_cap", self._fake.user_cap)

    def _repeat(self, wish: Json) -> None:
        number = wish["message_id"]
        found = [u for u in self._fake.updates if u.get("message", {}).get("message_id") == number]
        self._fake.repeat(found[0])

    def _counts(self, wish: Json) -> Json:
        fake = self._fake
        return {
            "calls": len(fake.calls),
            "updates": len(fake.updates),
            "pending": fake.pending,
            "attempts": len(fake.attempts),
            "sent_this_month": fake.sent_this_month,
            "messages": sum(len(chat.shown) for chat in fake.cloud.chats.values()),
        }


def _told(record: Any) -> Json:
    """Return a record as JSON can carry it: bytes in base64."""
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in asdict(record).items()
    }
