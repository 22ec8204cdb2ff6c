"""Things that go wrong between a bot and Telegram, on request."""

import math
from dataclasses import dataclass
from http import HTTPStatus

from tests.fakes.telegram_refusals import WORDS, Json, Refusal, too_many


@dataclass(slots=True, kw_only=True)
class Fault:
    """What to do with the next requests of a method: `times` of them, after letting `skip` pass.

    With `after_effect` Telegram does what it was asked first, and the bot does not learn of it.
    """

    method: str = "*"
    times: float = 1
    skip: int = 0
    chat: int | None = None
    status: int = 500
    body: str | None = None
    retry_after: int = 0
    drop: bool = False
    delay: float = 0.0
    after_effect: bool = False
    happened: int = 0

    def strikes(self, method: str, chat: int) -> bool:
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
        return self.status == HTTPStatus.OK and not self.drop

    def answer(self) -> tuple[int, str, str]:
        """Return the status, the body and its type."""
        if self.body is not None:
            kind = "application/json" if self.body.startswith("{") else "text/html"
            return self.status, self.body, kind
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self.status, _page(self.status), "text/html"
        raise self._refusal()

    def _refusal(self) -> Refusal:
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            return too_many(self.retry_after or 1)
        return Refusal(self.status, WORDS.get(self.status, "Bad Request"))


def fault_from(wish: Json) -> Fault:
    """Return the fault that another process asks for."""
    times = wish.get("times", 1)
    return Fault(**(wish | {"times": math.inf if times is None else times}))


def _page(status: int) -> str:
    title = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
