"""What the environment decides about Zalo: the Bot Platform, and the Official Account."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

BOT_API = "https://bot-api.zaloplatforms.com"
OPEN_API = "https://openapi.zalo.me"
BUSINESS_API = "https://business.openapi.zalo.me"
OAUTH_API = "https://oauth.zaloapp.com"
_BOT_TOKEN = re.compile(r"\d{5,}:\S{8,}", re.A)
_DIGITS = re.compile(r"\d{5,20}", re.A)
_TEMPLATES = re.compile(r"(?:(?:reminder|nudge)=\d+)(?:,(?:reminder|nudge)=\d+)*", re.A)


class ZaloSettings(BaseSettings):
    """What an operator sets for Zalo; every field is documented in docs/operations.md."""

    public_url: str = Field(
        "", description="Public https address of this server, for webhooks and links to files."
    )

    zalo_bot_token: SecretStr = Field(
        SecretStr(""), description="Token of the Zalo bot; empty: the channel is off."
    )
    zalo_bot_api: str = Field(BOT_API, description="Base URL of the Bot Platform.")
    zalo_bot_mode: Literal["polling", "webhook"] = Field(
        "polling",
        validate_default=True,
        description="Whether the bot asks for its updates or Zalo calls it, at PUBLIC_URL.",
    )
    zalo_bot_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="What the Bot Platform's calls prove themselves by; empty: derived.",
    )
    zalo_bot_link: str = Field(
        "", description="Link at which people open the bot, shown with invitations."
    )
    zalo_bot_monthly: int = Field(
        3000, ge=0, description="Messages that the bot may send in a month; 0: no limit."
    )
    zalo_bot_reserve: int = Field(
        20, ge=0, le=90, description="Per cent of them kept for answers; reminders stop before."
    )
    zalo_bot_users: int = Field(50, ge=0, description="People that the bot may serve; 0: no limit.")

    zalo_oa_id: str = Field("", description="Number of the Official Account; empty: it is off.")
    zalo_oa_app_id: str = Field(
        "", validate_default=True, description="Number of the Zalo app that the account authorised."
    )
    zalo_oa_app_secret: SecretStr = Field(
        SecretStr(""), validate_default=True, description="The app's secret key."
    )
    zalo_oa_webhook_secret: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="The OA secret key of the webhook console, which signs Zalo's calls.",
    )
    zalo_oa_signed_by: Literal["app_id", "oa_id"] = Field(
        "app_id", description="Which number begins what Zalo signs."
    )
    zalo_oa_api: str = Field(OPEN_API, description="Base URL of the OA's OpenAPI.")
    zalo_oa_business_api: str = Field(BUSINESS_API, description="Base URL for templates by phone.")
    zalo_oa_oauth: str = Field(OAUTH_API, description="Base URL at which tokens are renewed.")
    zalo_oa_per_minute: int = Field(
        100, ge=1, description="Requests a minute that the account's package allows."
    )
    zalo_oa_free_replies: int = Field(
        0, ge=0, description="Free messages to one person in 48 hours; 0: no limit."
    )
    zalo_oa_paid_monthly: int = Field(
        0, ge=0, description="Messages after 48 hours that may be paid for in a month."
    )
    zalo_oa_templates: str = Field(
        "", description="Approved templates: reminder=412233,nudge=412234; empty: none."
    )

    @field_validator(
        "public_url",
        "zalo_bot_api",
        "zalo_oa_api",
        "zalo_oa_business_api",
        "zalo_oa_oauth",
        "zalo_bot_link",
    )
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
            raise ValueError("write a whole address, such as https://baocao.example.vn")
        return url.rstrip("/")

    @field_validator("zalo_bot_token")
    @classmethod
    def _bot_token_as_given(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not _BOT_TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError(
                "write the whole token that Zalo Bot Manager sent: digits, a colon, a secret; or "
                "leave it empty, and the Zalo bot is off"
            )
        return token

    @field_validator("zalo_bot_webhook_secret")
    @classmethod
    def _secret_as_zalo_takes_it(cls, secret: SecretStr) -> SecretStr:
        if secret.get_secret_value() and not 8 <= len(secret.get_secret_value()) <= 256:
            raise ValueError("write 8 to 256 characters; or leave it empty, and one is derived")
        return secret

    @field_validator("zalo_bot_mode")
    @classmethod
    def _webhook_has_an_address(cls, mode: str, info: ValidationInfo) -> str:
        token = info.data.get("zalo_bot_token")
        if mode == "webhook" and token and token.get_secret_value():
            _public(info, "ZALO_BOT_MODE=webhook")
        return mode

    @field_validator("zalo_oa_id", "zalo_oa_app_id")
    @classmethod
    def _is_a_number(cls, number: str, info: ValidationInfo) -> str:
        if number and not _DIGITS.fullmatch(number):
            raise ValueError("write the number as Zalo's console shows it, digits alone")
        if not number and info.field_name != "zalo_oa_id" and info.data.get("zalo_oa_id"):
            raise ValueError("ZALO_OA_ID is set: write the number of its app too")
        return number

    @field_validator("zalo_oa_app_secret", "zalo_oa_webhook_secret")
    @classmethod
    def _account_has_secrets(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("zalo_oa_id") and not secret.get_secret_value():
            raise ValueError("ZALO_OA_ID is set: write this secret too, as Zalo's console shows it")
        if info.data.get("zalo_oa_id") and info.field_name == "zalo_oa_webhook_secret":
            _public(info, "ZALO_OA_ID")
        return secret

    @field_validator("zalo_oa_templates")
    @classmethod
    def _templates_by_kind(cls, templates: str) -> str:
        templates = templates.replace(" ", "")
        if templates and not _TEMPLATES.fullmatch(templates):
            raise ValueError(
                "write kinds with their template numbers: reminder=412233,nudge=412234"
            )
        return templates

    @property
    def oa_templates(self) -> dict[str, str]:
        """Return the approved template of each kind of message."""
        pairs = (pair.split("=") for pair in self.zalo_oa_templates.split(",") if pair)
        return dict(pairs)


def _public(info: ValidationInfo, why: str) -> None:
    """Refuse a webhook that nobody can call; a platform of one's own calls any address."""
    url = info.data.get("public_url")
    own = info.data.get("zalo_bot_api") != BOT_API and "BOT" in why
    if not url or not (url.startswith("https://") or own or url.startswith("http://127.0.0.1")):
        raise ValueError(
            f"{why} needs PUBLIC_URL, the public https address of this server, such as "
            "https://baocao.example.vn"
        )
