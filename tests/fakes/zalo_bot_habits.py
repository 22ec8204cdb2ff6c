"""What nobody knows for sure about the Zalo Bot Platform: one switch each, the best guess on."""

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(slots=True, kw_only=True)
class Habits:
    """Hold how this Zalo behaves where sources disagree or nobody has measured."""

    # --- Answers
    # HTTP status of a refusal: the envelope's own code, or 200 with "ok": false; both were seen.
    refusal_status: Literal["same", "200"] = "same"
    # An unknown token gets the documented envelope, or a page that is no JSON at all.
    bad_token: Literal["envelope", "html"] = "envelope"
    # The code for a method that does not exist or is wrongly cased.
    unknown_method: Literal[400, 404] = 400
    # The code for a chat that never wrote to the bot, or whose person blocked it.
    stranger: Literal[400, 403, 410] = 410
    # What getMe says; groups are a beta.
    can_join_groups: bool = True

    # --- Polling
    # getUpdates with nothing to tell: HTTP 408 with error_code, HTTP 200 with ok false and no
    # error_code, or a bare {"ok": true}.
    idle: Literal["http_408", "http_200", "ok_true"] = "http_408"
    # An update is gone once returned; or the last one comes back at once on every poll until
    # there is a newer one or `fake.restart()`.
    polling: Literal["consume_once", "repeat_until_restart"] = "consume_once"
    # getUpdates while a webhook is set: silence (seen by one project), or error 400.
    poll_with_webhook: Literal["idle", "error"] = "idle"
    # Two polls at once: the earlier is answered idle and the later goes on, or both are idle.
    two_polls: Literal["later_wins", "both_idle"] = "later_wins"
    # A poll is held no longer than this, whatever `timeout` asks; lower it for quick idle tests.
    longest_poll: float = 60.0
    # How long an update waits for a poll; with 0.0 what is sent while nobody polls is lost.
    keep_seconds: float = float("inf")

    # --- Setting a webhook
    # Take http:// and any port on this machine. The one default that is not Zalo's: it would
    # refuse, but a fake that never leaves its machine has no other address to deliver to.
    loopback_http: bool = True
    # The body of the probe that setWebhook and testWebhook send: empty without a content type
    # (seen once), or a JSON object of an unknown event.
    probe_body: Literal["empty", "json"] = "empty"
    # Whether the probe carries the secret.
    probe_secret: bool = True
    # setWebhook so many times a day, then 429; testWebhook so many, then "errorCode": 426.
    set_webhook_per_day: float = float("inf")
    test_webhook_per_day: float = 10
    # getWebhookInfo with none set: "url": "" (current host), or 404 (legacy host).
    no_webhook_info: Literal["empty_url", "404"] = "empty_url"
    # deleteWebhook with none set: 400 (seen), or success (a package's documentation).
    no_webhook_delete: Literal["400", "success"] = "400"

    # --- Deliveries
    # {"event_name", "message"} as captured, or inside {"ok", "result"} as documented.
    body: Literal["flat", "wrapped"] = "flat"
    # How often a failed delivery is tried again, after which pause, and the bot's time to answer.
    redeliver: int = 0
    redeliver_after: float = 0.01
    webhook_timeout: float = 5.0

    # --- Updates
    # Where a photo's address stands.
    photo_field: Literal["photo_url", "photo", "both"] = "photo_url"
    # Whether `message_type` comes along.
    message_type: bool = True
    # Whether message.unsupported.received has a `message` (which never has a text).
    unsupported_message: bool = True
    # A text with a link becomes a preview, and so message.unsupported.received (one source).
    links_unsupported: bool = True
    # The normal form in which phones write: as the test says, or forced.
    text_form: Literal["as_is", "NFC", "NFD"] = "as_is"
    # Add fields that no documentation names, at every level.
    extra_fields: bool = False
    # Whether a mention made with the picker stands in a group's text as "@Bot ...".
    mention_in_text: bool = True
    # The event when a group takes the bot in; no event without a name. UNVERIFIED.
    bot_added_event: str = ""
    # The event when a person opens the chat; third-party code only. UNVERIFIED.
    follow_event: str = "user.follow"

    # --- Limits
    # A person beyond `fake.user_cap`: nothing reaches the bot, or sends answer 403.
    over_cap: Literal["silent", "refused"] = "silent"
    # Whether messages to the bot count against `fake.quota` too.
    quota_counts_inbound: bool = False

    # --- Media
    # GET the address of every photo, as Zalo does, and answer 400 when that fails.
    fetch_photos: bool = False
    fetch_timeout: float = 5.0

    def change(self, **wish: Any) -> None:
        """Change switches by name; refuse what is no switch or none of its values."""
        hints = get_type_hints(type(self))
        for name, value in wish.items():
            if name not in {field.name for field in fields(self)}:
                raise ValueError(f"no switch {name!r}")
            choices = get_args(hints[name])
            if get_origin(hints[name]) is Literal and value not in choices:
                raise ValueError(f"{name} is one of {choices}, not {value!r}")
        for name, value in wish.items():
            setattr(self, name, value)
