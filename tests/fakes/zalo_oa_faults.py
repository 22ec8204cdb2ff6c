"""Things that go wrong between an app and Zalo, on request."""

import math
from dataclasses import dataclass
from http import HTTPStatus

from tests.fakes.zalo_oa_refusals import Json, Refusal


@dataclass(slots=True, kw_only=True)
class Fault:
    """What to do with the next requests of a path: `times` of them, after letting `skip` pass.

    The path may be its end alone ("message/cs", "access_token"). `error` is a code of Zalo's in
    an HTTP 200, `status` a page of HTML. With `after_effect` Zalo does what it was asked first,
    and the app does not learn of it. With nothing but `delay` the answer is right and late.
    """

    path: str = "*"
    times: float = 1
    skip: int = 0
    to: str | None = None
    error: int = 0
    status: int = 200
    body: str | None = None
    drop: bool = False
    delay: float = 0.0
    after_effect: bool = False
    happened: int = 0

    def strikes(self, path: str, to: str) -> bool:
        """Return whether this request is hit, and count it."""
        if self.path != "*" and not ends(path, self.path):
            return False
        if self.to not in (None, to) or self.happened >= self.times:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.happened += 1
        return True

    @property
    def only_slow(self) -> bool:
        """Return whether it delays an answer and spoils nothing."""
        wrong = self.error or self.drop or self.body is not None
        return not wrong and self.status == HTTPStatus.OK

    def answer(self) -> tuple[int, str, str]:
        """Return the status, the body and its type."""
        if self.body is not None:
            kind = "application/json" if self.body.startswith("{") else "text/html"
            return self.status, self.body, kind
        if self.error:
            raise Refusal(self.error)
        return self.status, _page(self.status), "text/html"


def ends(path: str, wish: str) -> bool:
    """Return whether a path is meant by a wish, which may be its end alone."""
    return f"/{path.strip('/')}".endswith(f"/{wish.strip('/')}")


def fault_from(wish: Json) -> Fault:
    """Return the fault that another process asks for; null times are endless."""
    times = wish.get("times", 1)
    return Fault(**(wish | {"times": math.inf if times is None else times}))


def _page(status: int) -> str:
    title = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
