"""OAuth v4 of an Official Account: codes, and one pair of tokens that lives at a time."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.zalo_oa_clock import Clock
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_refusals import Json, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app, the OA that authorised it, and their secrets."""

    id: str = "360000000000000001"
    secret: str = "FakeAppSecretForTestsOnly"
    oa_id: str = "388600000000000001"
    oa_secret: str = "FakeOaSecretKeyForTestsOnly"
    verifier: str = "fake-verifier-of-forty-three-characters-000"

    @property
    def challenge(self) -> str:
        """Return the S256 challenge that the console keeps."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class OAuthRefusal(Refusal):
    """Say no as the server of tokens does."""

    def body(self) -> Json:
        """Return the answer, in that server's own shape."""
        return {
            "error": self.code,
            "error_name": self.message,
            "error_reason": self.message,
            "error_description": self.message,
        }


class Tokens:
    """The valid pair and the way to the next one; `refreshes` counts those that succeeded."""

    def __init__(self, app: App, habits: Habits, clock: Clock) -> None:
        self._app, self._habits, self._clock = app, habits, clock
        self._codes: dict[str, float] = {}
        self.refreshes = self.exchanges = self.refused = 0
        self.access_token = self.refresh_token = ""
        self._issued = 0.0
        self._issue()

    def authorize(self) -> str:
        """Let the OA's administrator consent; return the code for the callback."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = self._clock.now()
        return code

    def revoke(self) -> None:
        """Let the administrator take the consent back: no token is valid any more."""
        self.access_token = self.refresh_token = ""

    def told(self) -> Json:
        """Return the pair and the counts."""
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "refreshes": self.refreshes,
            "exchanges": self.exchanges,
            "refused": self.refused,
        }

    def answer(self, secret: str, form: Mapping[str, str]) -> Json:
        """Return a new pair for a code or a refresh token."""
        try:
            return self._answer(secret, form)
        except Refusal:
            self.refused += 1
            raise

    def check(self, token: str, proof: str) -> None:
        """Refuse a call whose token or proof is not right."""
        if not self.access_token or not hmac.compare_digest(
            token.encode(), self.access_token.encode()
        ):
            raise Refusal(-216)
        if self._clock.now() - self._issued > self._habits.access_seconds:
            raise Refusal(self._habits.expired, "access token has expired")
        if self._habits.appsecret_proof and proof != self.proof(token):
            raise Refusal(-242)

    def proof(self, token: str) -> str:
        """Return the `appsecret_proof` of a token."""
        return hmac.new(self._app.secret.encode(), token.encode(), hashlib.sha256).hexdigest()

    def _answer(self, secret: str, form: Mapping[str, str]) -> Json:
        if form.get("app_id") != self._app.id:
            raise OAuthRefusal(self._habits.wrong_app, "Invalid app id")
        if secret != self._app.secret:
            raise OAuthRefusal(self._habits.wrong_secret, "Invalid secret key")
        match form.get("grant_type"):
            case "authorization_code":
                self._exchange(form.get("code", ""), form.get("code_verifier", ""))
            case "refresh_token":
                self._refresh(form.get("refresh_token", ""))
            case _:
                raise OAuthRefusal(-14003, "Invalid grant type")
        seconds = int(self._habits.access_seconds)
        return {
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "expires_in": str(seconds) if self._habits.expires_in_text else seconds,
        }

    def _exchange(self, code: str, verifier: str) -> None:
        since = self._codes.pop(code, None)
        if since is None or self._clock.now() - since > self._habits.code_seconds:
            raise OAuthRefusal(self._habits.dead_code, "Invalid code")
        digest = hashlib.sha256(verifier.encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self._app.challenge:
            raise OAuthRefusal(self._habits.wrong_verifier, "Invalid code verifier")
        self._issue()
        self.exchanges += 1

    def _refresh(self, token: str) -> None:
        age = self._clock.now() - self._issued
        if not token or token != self.refresh_token or age > self._habits.refresh_seconds:
            raise OAuthRefusal(self._habits.dead_refresh, "Invalid refresh token")
        self._issue()
        self.refreshes += 1

    def _issue(self) -> None:
        self.access_token = f"access-{secrets.token_urlsafe(48)}"
        self.refresh_token = f"refresh-{secrets.token_urlsafe(48)}"
        self._issued = self._clock.now()
