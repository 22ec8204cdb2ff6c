"""Things that go wrong between a bot and Zalo, on request."""

import math
from dataclasses import dataclass
from http import HTTPStatus

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_wire import WORDS


@dataclass(slots=True, kw_only=True)
class Fault:
    """Spoil the next requests of a method: `times` of them, after letting `skip` pass.

    With `after_effect` Zalo does what it was asked first, and the bot does not learn of it. With
    nothing but `delay` it does it at once, and its true answer comes late.
    """

    method: str = "*"
    times: float = 1
    skip: int = 0
    chat: str | None = None
    status: int | None = None
    body: str | None = None
    error_code: int = 0
    description: str = ""
    drop: bool = False
    delay: float = 0.0
    after_effect: bool = False
    happened: int = 0

    def strikes(self, method: str, chat: object) -> bool:
        """Return whether this request is hit, and count it."""
        if self.method not in ("*", method) or self.chat not in (None, chat):
            return False
        if self.happened >= self.times:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.happened += 1
        return True

    @property
    def only_slow(self) -> bool:
        """Return whether it delays an answer and spoils nothing."""
        spoils = self.drop or self.body is not None or self.error_code
        return not spoils and (self.status == HTTPStatus.OK or (not self.status and self.delay > 0))

    def answer(self) -> tuple[int, str | Json]:
        """Return the status, and a body that is a page or an envelope."""
        status = self.status or self.error_code or 500
        if self.body is not None:
            return status, self.body
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and not self.error_code:
            return status, page(status)
        code = self.error_code or status
        description = self.description or WORDS.get(code, "Error")
        return status, {"ok": False, "error_code": code, "description": description}


def fault_from(wish: Json) -> Fault:
    """Return the fault that another process asks for; null as `times` is for ever."""
    times = wish.get("times", 1)
    return Fault(**(wish | {"times": math.inf if times is None else times}))


def page(status: int) -> str:
    """Return the page of a gateway in front of Zalo."""
    title = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
