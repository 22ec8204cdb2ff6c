"""How Telegram refuses or fails, and what each means for a message that was on its way."""

from typing import Final

from bot.channels.calls import ApiError, Unsent
from bot.logs import redacted
from plans.errors import SendError

# A token that is refused is the operator's to mend: until then the channel rests.
TOKEN_REFUSED_SECONDS: Final = 60.0
# Sentences with which a 400 says that nobody will ever be reached there.
_GONE: Final = ("chat not found", "user not found", "peer_id_invalid", "deactivated")
GATEWAY_TIMEOUT: Final = 504


class Rejected(ApiError):
    """Carry Telegram's own refusal."""

    def __init__(
        self, status: int, description: str, *, retry_after: float | None = None, moved_to: int = 0
    ) -> None:
        super().__init__(f"{status} {description}".strip())
        self.status = status
        self.description = redacted(description).lower()
        self.retry_after = retry_after
        self.moved_to = moved_to

    @property
    def busy(self) -> bool:
        """Say whether the bot was told to wait."""
        return self.status == 429

    @property
    def token_refused(self) -> bool:
        """Say whether Telegram does not know this token."""
        return self.status == 401 or (self.status == 404 and self.description == "not found")


def send_error(error: ApiError) -> SendError:
    """Say what a failed call means for the message that it carried."""
    reason = str(error)
    match error:
        case Unsent():
            return SendError(reason, retry=True)
        case Rejected(busy=True):
            return SendError(reason, after=error.retry_after, everywhere=True)
        case Rejected(token_refused=True):
            return SendError(reason, after=TOKEN_REFUSED_SECONDS, everywhere=True)
        case Rejected(status=status) if status != GATEWAY_TIMEOUT:
            gone = status == 403 or any(words in error.description for words in _GONE)
            # Without a sentence of Telegram's it is the word of something on the way there.
            elsewhere = not error.description
            return SendError(reason, gone=gone and not elsewhere, retry=status >= 500 or elsewhere)
    return SendError(reason, unknown=True)
