"""What Zalo does one way or another: every open question of its documents is a switch here."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Habits:
    """How this Zalo behaves; each default is the best guess of the real one."""

    # --- tokens -------------------------------------------------------------------------------
    # How long a code, an access token and a refresh token live, in seconds.
    code_seconds: float = 600
    access_seconds: float = 90_000
    refresh_seconds: float = 90 * 86_400
    # Whether `expires_in` is a string ("90000") or a number.
    expires_in_text: bool = True
    # The error for a refresh token that was used, is unknown or is too old; some report -14014.
    dead_refresh: int = -118
    # The errors for a code that is used, unknown or old, and for a verifier that does not fit.
    dead_code: int = -14019
    wrong_verifier: int = -14020
    # The errors for an unknown app id and for a wrong secret key.
    wrong_app: int = -14002
    wrong_secret: int = -14004
    # The error for an access token past its time; some clients expect -216 here too.
    expired: int = -220
    # Whether every call must carry a right `appsecret_proof` (-242).
    appsecret_proof: bool = False
    # --- sending ------------------------------------------------------------------------------
    # The longest text, in UTF-16 units.
    text_units: int = 2000
    # Hours after an interaction in which a message is free, and in which it is possible at all.
    free_hours: float = 48
    open_hours: float = 7 * 24
    # Free replies in a window; None is without end, and then answers carry no quota.
    free_replies: int | None = 8
    # What a reply beyond those is: paid like a late one, or refused with -311.
    over_replies: Literal["paid", "refused"] = "paid"
    # Paid messages a month in the OA's package, and those bought beside it at 55 VND.
    package_quota: int = 500
    purchased: int = 0
    # Whether only followers can be written to, or everyone who wrote within the window.
    followers_only: bool = True
    # The errors for somebody who unfollowed, and for somebody who refuses messages.
    unfollowed: int = -213
    blocked: int = -244
    # The error of the transaction, promotion and v2 endpoints, which are no more.
    shut_down: int = -240
    # The names that the payload of a file may carry its token under.
    file_keys: tuple[str, ...] = ("token",)
    # Whether the OA's package has groups (-237 without).
    groups: bool = True
    # --- uploads ------------------------------------------------------------------------------
    # How many days an upload can be used, and how many uploads a month there are.
    asset_days: float = 7
    uploads: int = 5000
    # --- templates ----------------------------------------------------------------------------
    # Template messages a day.
    template_quota: int = 500
    # Whether a template message by phone must have a `tracking_id`; older documents say no.
    tracking_required: bool = True
    # --- rate ---------------------------------------------------------------------------------
    # Requests a minute: 100 in the package Growth, 2,000 in Comprehensive; None counts nothing.
    per_minute: int | None = None
    # --- webhook ------------------------------------------------------------------------------
    # The first term of the signature, the secret at its end, and what stands before the digest.
    signed_by: Literal["app_id", "oa_id"] = "app_id"
    signed_with: Literal["oa_secret", "app_secret"] = "oa_secret"
    mac_prefix: str = "mac="
    # The name of a message's number in events.
    id_key: Literal["msg_id", "message_id"] = "msg_id"
    # Whether the OA's own messages come back as `oa_send_…`; the console lets one leave them out.
    echo: bool = False
    # Whether `user_received_message` follows every message by itself.
    receipts: bool = False
    # Seconds in which the webhook must have answered.
    answer_within: float = 2.0
    # Seconds before each retry, and a factor on them so that tests need not move the clock.
    ladder: tuple[float, ...] = (30, 300, 900, 1800, 3600)
    ladder_scale: float = 1.0
    # Whether an answer that is late, and one other than 2xx, counts as a failed connection.
    retries_late: bool = True
    retries_refused: bool = False
