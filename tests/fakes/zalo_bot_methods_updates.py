"""How a bot asks for updates: by polling, or at an address of its own."""

from collections.abc import Callable

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_cloud import Cloud
from tests.fakes.zalo_bot_methods import Method
from tests.fakes.zalo_bot_updates import Updates
from tests.fakes.zalo_bot_webhook import Address, Attempt, Webhook
from tests.fakes.zalo_bot_wire import WORDS, Answer, done, refused, required

DEFAULT_TIMEOUT = 30.0
HINTS = {
    "webhook.ok": "The webhook answered.",
    "webhook.http.403": "The webhook refused; look at the secret and at firewalls.",
    "webhook.http.404": "Nothing answers at this path.",
}


class Listening:
    """The methods about updates."""

    def __init__(self, cloud: Cloud, updates: Updates, webhook: Webhook) -> None:
        self._cloud, self._updates, self._webhook = cloud, updates, webhook
        self._habits = cloud.habits

    def methods(self) -> dict[str, Method]:
        """Return them by name; getUpdates is `poll`, which has to know who asks."""
        return {
            "setWebhook": self._set,
            "testWebhook": self._test,
            "deleteWebhook": self._delete,
            "getWebhookInfo": self._about,
        }

    async def poll(self, values: Json, alive: Callable[[], bool]) -> Answer:
        """Hold the request until there is one update, or for as long as it says."""
        seconds = min(_seconds(values.get("timeout")), self._habits.longest_poll)
        if self._webhook.address and self._habits.poll_with_webhook == "error":
            raise refused(400, "getUpdates does not work while a webhook is set")
        update = await self._updates.take(seconds, alive)
        return self._idle() if update is None else done(update)

    def _idle(self) -> Answer:
        match self._habits.idle:
            case "ok_true":
                return Answer({"ok": True})
            case "http_200":
                return Answer({"ok": False, "description": WORDS[408]})
        return Answer({"ok": False, "error_code": 408, "description": WORDS[408]}, 408)

    async def _set(self, values: Json) -> Answer:
        address = Address(required(values, "url"), required(values, "secret_token"))
        address.check(self._habits)
        if self._cloud.count("setWebhook", self._cloud.day()) > self._habits.set_webhook_per_day:
            raise refused(429, "setWebhook was called too often today")
        attempt = await self._webhook.probe(address)
        # Kept whatever the probe said.
        self._keep(address)
        at = self._webhook.updated_at
        verification = _verification(address.url, attempt)
        return done({"url": address.url, "updated_at": at, "verification": verification})

    async def _test(self, _: Json) -> Answer:
        address = self._webhook.address
        if address is None:
            raise refused(400, "no webhook is set")
        if self._cloud.count("testWebhook", self._cloud.day()) > self._habits.test_webhook_per_day:
            # The one refusal that Zalo spells in another way.
            body = {"ok": False, "errorCode": 426, "description": WORDS[426]}
            return Answer(body, 426 if self._habits.refusal_status == "same" else 200)
        return done(_verification(address.url, await self._webhook.probe(address)))

    async def _delete(self, _: Json) -> Answer:
        if self._webhook.address is None and self._habits.no_webhook_delete == "400":
            raise refused(400, "no webhook is set")
        self._keep(None)
        return done({"url": "", "updated_at": self._webhook.updated_at})

    async def _about(self, _: Json) -> Answer:
        address = self._webhook.address
        if address is None and self._habits.no_webhook_info == "404":
            raise refused(404)
        url = address.url if address else ""
        return done({"url": url, "updated_at": self._webhook.updated_at})

    def _keep(self, address: Address | None) -> None:
        self._webhook.address = address
        self._webhook.updated_at = self._cloud.ms()
        self._updates.pushing = self._webhook.send if address else None
        if address:
            self._updates.end_poll()


def _seconds(written: object) -> float:
    if written is None:
        return DEFAULT_TIMEOUT
    try:
        seconds = float(written) if isinstance(written, str | int) else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise refused(400, "timeout is a number of seconds")
    return seconds


def _verification(url: str, attempt: Attempt) -> Json:
    told: Json = {"ok": attempt.fine, "url": url, "outcome": attempt.outcome}
    if attempt.status:
        told["status_code"] = attempt.status
    told["latency_ms"] = attempt.latency_ms
    return told | {"hint": HINTS.get(attempt.outcome, "The webhook did not answer with 2xx.")}
