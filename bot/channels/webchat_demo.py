"""What only the demo's web chat has: personas to choose from and a clock that can be moved."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from bot.channels.webchat_answers import same_origin, secured
from bot.clock import MovableClock

ZONE: Final = "Asia/Ho_Chi_Minh"
# A year covers every period of a plan; more in one step is a slip of the hand.
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Somebody whom a visitor of the demo may play; `hint` says what to try."""

    id: str
    name: str
    role: str
    hint: str


def demo_routes(
    personas: Sequence[Persona],
    clock: MovableClock,
    advance: Callable[[timedelta], Awaitable[datetime]],
) -> list[web.AbstractRouteDef]:
    """Return the demo's routes; `advance` moves the clock, tells every page, does what is due."""

    async def show_personas(request: web.Request) -> web.Response:
        return web.json_response([asdict(persona) for persona in personas])

    async def show_clock(request: web.Request) -> web.Response:
        return _time(clock.now())

    async def move_clock(request: web.Request) -> web.Response:
        by = await _wanted_move(request)
        return _time(await advance(by))

    return [
        web.get("/demo/personas", secured(show_personas)),
        web.get("/demo/clock", secured(show_clock)),
        web.post("/demo/clock", secured(move_clock)),
    ]


def _time(now: datetime) -> web.Response:
    return web.json_response({"now": now.isoformat(), "zone": ZONE})


async def _wanted_move(request: web.Request) -> timedelta:
    if not same_origin(request):
        raise web.HTTPForbidden
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        wanted = await request.json()
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    match wanted:
        case {"hours": int(count), **rest} if not rest and type(count) is int:
            unit = timedelta(hours=1)
        case {"days": int(count), **rest} if not rest and type(count) is int:
            unit = timedelta(days=1)
        case _:
            raise web.HTTPBadRequest
    # Compared before multiplying: a huge count would overflow timedelta.
    if not 1 <= count <= LONGEST // unit:
        raise web.HTTPBadRequest
    return count * unit
