"""The same strings for another process to pull: JSON under `/_control/`.

POST a JSON object, or GET; an answer is the JSON of what came of it, 400 with `error` for a
mistake. People and groups are named by the numbers that their making returned.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa_faults import ends, fault_from
from tests.fakes.zalo_oa_office import Parameter
from tests.fakes.zalo_oa_people import Group, User
from tests.fakes.zalo_oa_refusals import Json
from tests.fakes.zalo_oa_view import ChatView, Shown

if TYPE_CHECKING:
    from tests.fakes.zalo_oa import FakeZaloOA


class Control:
    """Does to a fake what another process asks."""

    def __init__(self, fake: "FakeZaloOA") -> None:
        self._fake = fake
        self._verbs: Mapping[str, Callable[[Json], Any]] = {
            "user": lambda wish: {"id": fake.user(**wish).id},
            "group": lambda wish: {"id": fake.group(wish["name"]).id},
            "template": self._template,
            "says": lambda wish: self._user(wish).says(wish["text"], self._group(wish)),
            "taps": lambda wish: self._user(wish).taps(self._shown(wish), wish["button"]),
            "image": self._image,
            "file": self._file,
            "does": self._does,
            "messages": lambda wish: [_told(shown) for shown in self._view(wish).messages],
            "calls": self._calls,
            "events": lambda wish: fake.events,
            "attempts": lambda wish: [asdict(attempt) for attempt in fake.attempts],
            "fail": lambda wish: fake.desk.faults.append(fault_from(wish)),
            "heal": lambda wish: fake.heal(),
            "habits": self._habits,
            "move": lambda wish: fake.clock.move(**{k: float(v) for k, v in wish.items()}),
            "clock": lambda wish: {"milliseconds": fake.clock.milliseconds()},
            "app": lambda wish: asdict(fake.app) | {"challenge": fake.app.challenge},
            "tokens": lambda wish: fake.tokens.told(),
            "authorize": lambda wish: {"code": fake.tokens.authorize(), "oa_id": fake.app.oa_id},
            "revoke": lambda wish: fake.tokens.revoke(),
            "hook": self._hook,
            "tell": lambda wish: fake.tell(**wish),
            "deliver": lambda wish: fake.deliver(**wish),
            "probe": lambda wish: fake.probe(),
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
            done = verb(wish)
            return web.json_response(asdict(await done) if hasattr(done, "__await__") else done)
        except (KeyError, LookupError, TypeError, ValueError, AssertionError) as mistake:
            error = f"{type(mistake).__name__}: {mistake}"
            return web.json_response({"error": error}, status=400)

    def _user(self, wish: Json) -> User:
        return User(self._fake.office, self._fake.office.people[wish["user"]])

    def _group(self, wish: Json) -> Group | None:
        number = wish.get("group")
        return Group(self._fake.office, self._fake.office.rooms[number]) if number else None

    def _view(self, wish: Json) -> ChatView:
        group = self._group(wish)
        return group.view if group else self._user(wish).view

    def _shown(self, wish: Json) -> Shown:
        [shown] = [m for m in self._view(wish).messages if m.id == wish["message"]]
        return shown

    def _template(self, wish: Json) -> Json:
        told = {
            name: Parameter(**one) if isinstance(one, dict) else one
            for name, one in wish.pop("parameters", {}).items()
        }
        return {"id": self._fake.template(wish.pop("id"), told, **wish).id}

    def _image(self, wish: Json) -> Json:
        content = base64.b64decode(wish["content"]) if "content" in wish else PIXEL
        return self._user(wish).sends_image(content, wish.get("text", ""), self._group(wish))

    def _file(self, wish: Json) -> Json:
        content, name = base64.b64decode(wish["content"]), wish.get("name", "file.bin")
        return self._user(wish).sends_file(content, name, self._group(wish))

    def _does(self, wish: Json) -> Any:
        """Do one of the short things: `{"user": "25…", "what": "unfollows"}`."""
        user, group = self._user(wish), self._group(wish)
        known: dict[str, Callable[[], Any]] = {
            "follows": user.follows,
            "unfollows": user.unfollows,
            "blocks": user.blocks,
            "unblocks": user.unblocks,
            "voice": user.sends_voice,
            "video": user.sends_video,
            "sticker": user.sends_sticker,
            "gif": user.sends_gif,
            "link": lambda: user.sends_link(wish["url"]),
            "location": lambda: user.sends_location(wish["latitude"], wish["longitude"]),
            "receives": lambda: user.receives(self._shown(wish)),
            "sees": lambda: user.sees(self._shown(wish)),
        }
        if group and wish["what"] == "disable":
            return group.disable()
        return known[wish["what"]]()

    def _calls(self, wish: Json) -> list[Json]:
        path = wish.get("path")
        return [asdict(call) for call in self._fake.calls if not path or ends(call.path, path)]

    def _habits(self, wish: Json) -> Json:
        known = {one.name for one in fields(self._fake.habits)}
        if unknown := set(wish) - known:
            raise KeyError(f"{sorted(unknown)} not among {sorted(known)}")
        for name, value in wish.items():
            setattr(self._fake.habits, name, value)
        return asdict(self._fake.habits)

    def _hook(self, wish: Json) -> Json:
        if "url" in wish:
            self._fake.hook = wish["url"]
        return {"url": self._fake.hook, "disabled": self._fake.hook_disabled}

    def _counts(self, wish: Json) -> Json:
        return asdict(self._fake.costs) | {
            "calls": len(self._fake.calls),
            "events": len(self._fake.events),
            "waiting": self._fake.webhook.waiting,
            "refreshes": self._fake.tokens.refreshes,
        }


def _told(shown: Shown) -> Json:
    told = asdict(shown)
    for name in ("image", "file"):
        if told[name] is not None:
            told[name] = base64.b64encode(told[name]).decode()
    return told
