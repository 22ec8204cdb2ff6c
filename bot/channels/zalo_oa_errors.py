"""How Zalo refuses or fails, and what each means for a message that was on its way."""

import re
from typing import Final

import structlog

from bot.channels.calls import ApiError, Unsent
from plans.errors import SendError

log = structlog.get_logger()

# What an operator must mend: until then the channel rests, and its messages wait.
HUMAN_SECONDS: Final = 60.0
RATE_SECONDS: Final = 20.0
# Five tries, so many seconds apart, outlast a night.
NIGHT_SECONDS: Final = 7200.0

REFRESH: Final = frozenset({-216, -220, -124, 216, 401, -401})
_RATE: Final = -32
_NIGHT: Final = frozenset({-133, -234})
_GONE: Final = frozenset({-213, -217, -227, -237, -244, -108, -118, -119, -139, -141})
# Another channel of the person may carry it; how the reason begins is what coordinators are told.
_ELSEWHERE: Final = {
    **dict.fromkeys((-230, -232, -305, -311), "window: "),
    **dict.fromkeys((-211, -218, -144, -147), "monthly quota: "),
    -114: "",
}
_PERMANENT: Final = frozenset({-201, -210, -233, -240, -248, 404})
_AGREE: Final = "let the account agree again: `python -m bot zalo consent`, then `authorize`"
_PAY: Final = "look after package, balance and billing account in the OA's console"
_TEMPLATE: Final = (
    "compare ZALO_OA_TEMPLATES with the approved templates: fields unit, period, deadline"
)
_HUMAN: Final = {
    -204: "the Official Account is disabled: ask Zalo",
    -205: "the Official Account does not exist: compare ZALO_OA_ID with the console",
    -209: "the app is not activated: activate it at developers.zalo.me",
    -212: "the account has not registered this API: do so in the app's console",
    -219: "the app was removed or disabled: look at developers.zalo.me",
    -221: "the Official Account is not verified: verify it",
    -223: _AGREE,
    -224: "the account's package has no such API: buy one that has",
    -242: "the app asks for appsecret_proof: turn that off for this app",
    -1241: "the app asks for appsecret_proof: turn that off for this app",
    -125: "compare ZALO_OA_ID with the console",
    -320: _PAY,
    -321: _PAY,
    -135: _PAY,
    -136: _PAY,
    -137: _PAY,
}
# What only templates meet: everything else on the channel still works.
_TEMPLATES: Final = {
    **dict.fromkeys((-109, -111, -112, -117, -126, -127, -131, -132, -146), _TEMPLATE),
    **dict.fromkeys((-1121, -1122, -1124), _TEMPLATE),
    -115: _PAY,
    -249: "this template goes to telephone numbers alone: name them by `python -m bot zalo phone`",
}
# A refusal may quote a phone, a token or somebody's number.
_QUOTED: Final = re.compile(r"\+?\d{7,}|[\w.+/=-]{20,}")


class Rejected(ApiError):
    """Carry Zalo's own refusal: its number, and its words without what they quote."""

    def __init__(self, code: int, words: str = "", *, template: bool = False) -> None:
        super().__init__(f"{code} {_QUOTED.sub('…', words)[:120]}".strip())
        self.code = code
        self.template = template


class Disturbed(ApiError):
    """Say that something on the way refused, in no words of Zalo's API."""


class NoTokens(ApiError):
    """Say that there is no token to call with until an operator, or Zalo, sees to it."""

    def __init__(self, reason: str, seconds: float = HUMAN_SECONDS) -> None:
        super().__init__(reason)
        self.seconds = seconds


def send_error(error: ApiError) -> SendError:
    """Say what a failed call means for the message that it carried."""
    reason = str(error)
    match error:
        case Unsent() | Disturbed():
            return SendError(reason, retry=True)
        case NoTokens(seconds=seconds):
            return SendError(reason, everywhere=True, after=seconds)
        case Rejected():
            return _refused(error, reason)
    return SendError(reason, unknown=True)


def _refused(refusal: Rejected, reason: str) -> SendError:
    code = refusal.code
    if to_do := _TEMPLATES.get(code) or (_HUMAN.get(code) if refusal.template else None):
        log.error("zalo_oa.template_refused", code=code, to_do=to_do)
        return SendError(reason, elsewhere=True)
    if code in _HUMAN or code in REFRESH:
        log.error("zalo_oa.refused", code=code, to_do=_HUMAN.get(code, _AGREE))
        return SendError(reason, everywhere=True, after=HUMAN_SECONDS)
    if code == _RATE:
        return SendError(reason, everywhere=True, after=RATE_SECONDS)
    if code in _NIGHT:
        return SendError(reason, after=NIGHT_SECONDS)
    if code in _ELSEWHERE:
        return SendError(_ELSEWHERE[code] + reason, elsewhere=True)
    return SendError(reason, gone=code in _GONE, retry=code not in _GONE | _PERMANENT)
