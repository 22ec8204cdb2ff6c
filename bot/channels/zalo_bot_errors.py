"""How the Bot Platform refuses or fails, and what each means for a message that was on its way."""

from typing import Final

from bot.channels.calls import ApiError, Unsent
from bot.logs import redacted
from plans.errors import SendError

# A token that is refused is the operator's to mend: until then the channel rests.
TOKEN_REFUSED_SECONDS: Final = 60.0
WRITE_ANEW: Final = (
    "Zalo does not know ZALO_BOT_TOKEN: write the one that Zalo Bot Manager sent last, and restart"
)
UNAUTHORIZED: Final = 401
# "Internal server error" in Zalo's own table: the message may have gone.
FORBIDDEN: Final = 403
REQUEST_TIMEOUT: Final = 408
GONE: Final = 410
QUOTA_EXCEEDED: Final = 429
SERVER_ERROR: Final = 500
UNAVAILABLE: Final = 503


class Rejected(ApiError):
    """Carry a refusal: Zalo's own, or one of something on the way there, which is not `spoken`."""

    def __init__(self, code: int, description: str = "", *, spoken: bool = True) -> None:
        super().__init__(f"{code} {description}".strip())
        self.code = code
        self.description = redacted(description)
        self.spoken = spoken

    @property
    def token_refused(self) -> bool:
        """Say whether Zalo does not know this token; a bad one may get a page and no envelope."""
        return self.code == UNAUTHORIZED

    @property
    def used_up(self) -> bool:
        """Say whether the month's messages are used up; a gateway's 429 says nothing of them."""
        return self.code == QUOTA_EXCEEDED and self.spoken

    @property
    def idle(self) -> bool:
        """Say whether this only tells that there was nothing to tell."""
        return self.code == REQUEST_TIMEOUT

    @property
    def certain(self) -> bool:
        """Say whether a message that was refused so certainly did not go.

        A 503 means that nobody took the request, and so does a page instead of Zalo's envelope with
        a 4xx; 502, 504 and whatever else begins with 5 come from a gateway that had passed it on.
        """
        if self.code >= SERVER_ERROR:
            return self.code == UNAVAILABLE or (self.code == SERVER_ERROR and self.spoken)
        return self.code not in (FORBIDDEN, REQUEST_TIMEOUT)


def send_error(error: ApiError) -> SendError:
    """Say what a failed call means for the message that it carried."""
    reason = str(error)
    match error:
        case Unsent():
            return SendError(reason, retry=True)
        case Rejected(token_refused=True):
            return SendError(reason, after=TOKEN_REFUSED_SECONDS, everywhere=True)
        case Rejected(used_up=True):
            return SendError(reason, elsewhere=True)
        case Rejected(code=code, spoken=False) if code == QUOTA_EXCEEDED:
            return SendError(reason, everywhere=True)
        case Rejected(code=code, spoken=True) if code == GONE:
            return SendError(reason, gone=True)
        case Rejected(certain=True):
            return SendError(reason, retry=error.code >= SERVER_ERROR or not error.spoken)
    return SendError(reason, unknown=True)
