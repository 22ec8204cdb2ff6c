"""The same strings for another process to pull: JSON under `/_control/`.

POST a JSON object, or GET; an answer is the JSON of what came of it, 400 with `error` for a
mistake. People and groups are named by the numbers that their making returned.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.telegram_faults import fault_from
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_people import PIXEL, Group, User
from tests.fakes.telegram_refusals import Json
from tests.fakes.telegram_view import ChatView, Shown

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram


class Control:
    """Does to a fake what another process asks."""

    def __init__(self, fake: "FakeTelegram") -> None:
        self._fake = fake
        self._verbs: Mapping[str, Callable[[Json], Any]] = {
            "user": lambda wish: {"id": fake.user(**wish).id},
            "group": lambda wish: {"id": fake.group(wish["title"]).id},
            "says": self._says,
            "taps": self._taps,
            "photo": self._photo,
            "document": self._document,
            "edits": self._edits,
            "does": self._does,
            "messages": lambda wish: [_told(shown) for shown in self._view(wish).messages],
            "calls": self._calls,
            "updates": lambda wish: fake.updates,
            "attempts": lambda wish: [asdict(attempt) for attempt in fake.attempts],
            "fail": lambda wish: fake.desk.faults.append(fault_from(wish)),
            "heal": lambda wish: fake.heal(),
            "limits": self._limits,
            "penalise": lambda wish: fake.penalise(wish["seconds"]),
            "repeat": self._repeat,
            "shuffle": lambda wish: fake.shuffle(wish.get("seed", 0)),
            "counts": self._counts,
        }

    def routes(self) -> list[web.RouteDef]:
        """Return where it answers."""
        return [web.route("*", "/_control/{verb}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        wish: Json = {
            name: int(value) if value.lstrip("-").isdecimal() else value
            for name, value in request.query.items()
        }
        verb = self._verbs.get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": f"verbs: {sorted(self._verbs)}"}, status=404)
        try:
            if request.can_read_body:
                wish |= await request.json()
            return web.json_response(verb(wish))
        except (KeyError, LookupError, TypeError, ValueError, AssertionError) as mistake:
            error = f"{type(mistake).__name__}: {mistake}"
            return web.json_response({"error": error}, status=400)

    def _user(self, wish: Json) -> User:
        return User(self._fake.cloud, self._fake.cloud.people[wish["user"]])

    def _group(self, wish: Json) -> Group | None:
        number = wish.get("group")
        return Group(self._fake.cloud, self._fake.cloud.chats[number]) if number else None

    def _view(self, wish: Json) -> ChatView:
        number = wish.get("group") or wish["user"]
        return ChatView(self._fake.cloud, self._fake.cloud.chats[number])

    def _shown(self, wish: Json) -> Shown:
        [shown] = [m for m in self._view(wish).messages if m.id == wish["message"]]
        return shown

    def _says(self, wish: Json) -> Json:
        return self._user(wish).says(wish["text"], self._group(wish))

    def _taps(self, wish: Json) -> Json:
        return {"id": self._user(wish).taps(self._shown(wish), wish["button"]).id}

    def _photo(self, wish: Json) -> Json:
        content = base64.b64decode(wish["content"]) if "content" in wish else PIXEL
        return self._user(wish).sends_photo(content, wish.get("caption", ""), self._group(wish))

    def _document(self, wish: Json) -> Json:
        content, name = base64.b64decode(wish["content"]), wish.get("name", "file.bin")
        user = self._user(wish)
        return user.sends_document(content, name, wish.get("caption", ""), self._group(wish))

    def _edits(self, wish: Json) -> Json:
        raw = self._shown(wish).raw
        assert raw
        return self._user(wish).edits(raw, wish["text"])

    def _does(self, wish: Json) -> Any:
        """Do one of the short things: `{"user": 1, "what": "blocks"}`."""
        user, group, what = self._user(wish), self._group(wish), wish["what"]
        if group is None:
            known: dict[str, Callable[[], Any]] = {
                "blocks": user.blocks,
                "unblocks": user.unblocks,
                "deactivates": user.deactivates,
                "contact": user.sends_contact,
                "voice": user.sends_voice,
                "sticker": user.sends_sticker,
            }
            return known[what]()
        if what == "migrate":
            return {"id": group.migrate(user).id}
        changes = {
            "add_bot": group.add_bot,
            "kick_bot": group.kick_bot,
            "promote_bot": group.promote_bot,
            "joins": group.joins,
            "leaves": group.leaves,
        }
        return changes[what](user)

    def _calls(self, wish: Json) -> list[Json]:
        method = wish.get("method")
        return [asdict(call) for call in self._fake.calls if method in (None, call.method)]

    def _limits(self, wish: Json) -> None:
        self._fake.limits = Limits.strict() if wish.get("strict") else Limits(**wish)

    def _repeat(self, wish: Json) -> None:
        [update] = [u for u in self._fake.updates if u["update_id"] == wish["update_id"]]
        self._fake.repeat(update)

    def _counts(self, wish: Json) -> Json:
        cloud = self._fake.cloud
        return {
            "calls": len(self._fake.calls),
            "updates": len(self._fake.updates),
            "pending": cloud.updates.count(),
            "refused_429": self._fake.count_429,
            "messages": sum(len(chat.messages) for chat in cloud.chats.values()),
        }


def _told(shown: Shown) -> Json:
    told = asdict(shown)
    for name in ("document", "photo"):
        if told[name] is not None:
            told[name] = base64.b64encode(told[name]).decode()
    return told
