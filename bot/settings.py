"""Everything that the environment decides, read once, every problem reported at once."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from string import Formatter
from tempfile import NamedTemporaryFile
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import typer
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import make_url

from bot.zalo_settings import ZaloSettings
from plans.errors import SettingsError
from storage.database import sqlite_url

TELEGRAM_API = "https://api.telegram.org"
# Telegram itself calls no other ports.
_WEBHOOK_PORTS = (80, 88, 443, 8443)
_TOKEN = re.compile(r"\d{5,}:[\w-]{25,}", re.A)
_WEBHOOK_SECRET = re.compile(r"[\w-]{16,256}", re.A)


class Settings(ZaloSettings):
    """What an operator sets in `.env`; every field is documented in docs/operations.md."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    data_dir: Path = Field(Path("var"), description="Folder of the database and the secret key.")
    database_url: str = Field("", description="SQLAlchemy address; empty: a file in DATA_DIR.")
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port that the web server listens on.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Key under which join codes are hashed; empty: made and kept."
    )
    plans_dir: str = Field("", description="More folders of packs, separated by `:`.")
    working_days: str = Field(
        "", description="Your own days off and worked days; empty: working_days.yaml in DATA_DIR."
    )
    invite_link: str = Field("", description="Link of an invitation, with {code} in it.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Log level.")

    # What a later one needs of an earlier one decides the order.
    telegram_token: SecretStr = Field(
        SecretStr(""), description="Token of the Telegram bot; empty: the channel is off."
    )
    telegram_api: str = Field(
        TELEGRAM_API,
        validate_default=True,
        description="Base URL of the Bot API: Telegram's, or one's own server or proxy of it.",
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling", description="Whether the bot asks for its updates or Telegram calls it."
    )
    telegram_webhook_url: str = Field(
        "", validate_default=True, description="Public https address of this server, for webhooks."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="What Telegram's calls prove themselves by; empty: derived."
    )

    @field_validator("telegram_token")
    @classmethod
    def _token_as_given(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not _TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError(
                "write the whole token that @BotFather gave: digits, a colon, 35 letters and "
                "digits; or leave it empty, and Telegram is off"
            )
        return token

    @field_validator("telegram_api")
    @classmethod
    def _api_is_an_address(cls, api: str) -> str:
        parts = _split(api)
        if parts is None or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
            raise ValueError(
                f"write the base address of a Bot API server, such as {TELEGRAM_API} or "
                "http://127.0.0.1:8081, without the word bot and without a token"
            )
        return api.rstrip("/")

    @field_validator("telegram_webhook_url")
    @classmethod
    def _webhook_can_be_called(cls, url: str, info: ValidationInfo) -> str:
        token, mode = info.data.get("telegram_token"), info.data.get("telegram_mode")
        if not token or not token.get_secret_value() or mode is None:
            return url
        if mode == "polling" and url:
            raise ValueError(
                "it is used only with TELEGRAM_MODE=webhook: write that too, or leave it empty"
            )
        own_server = info.data.get("telegram_api") not in (TELEGRAM_API, None)
        if mode == "webhook" and not _callable(url, own_server):
            raise ValueError(
                "TELEGRAM_MODE=webhook needs the public address of this server, https and on port "
                "443, 80, 88 or 8443, such as https://baocao.example.vn; without one write "
                "TELEGRAM_MODE=polling"
            )
        return url.rstrip("/")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_as_telegram_takes_it(cls, secret: SecretStr) -> SecretStr:
        if secret.get_secret_value() and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError(
                "write 16 to 256 letters without accents, digits, _ or -; or leave it empty, and "
                "one is derived"
            )
        return secret

    @field_validator("invite_link")
    @classmethod
    def _link_takes_a_code(cls, link: str) -> str:
        try:
            named = {name for _, name, _, _ in Formatter().parse(link) if name is not None}
        except ValueError:
            named = {""}
        if named - {"code"}:
            raise ValueError("write a link with {code} where the code goes, and no other braces")
        return link

    @property
    def database(self) -> str:
        """Return the database's address."""
        return self.database_url or sqlite_url(self.data_dir / "baocao.db")

    def working_day_files(self) -> tuple[Path, ...]:
        """Return the operator's own file of days off and worked days, where there is one."""
        usual = self.data_dir / "working_days.yaml"
        if self.working_days:
            return (Path(self.working_days),)
        return (usual,) if usual.exists() else ()

    @property
    def dhis2_dir(self) -> Path:
        """Return where the operator's own mappings to DHIS2 stand, each called as its plan."""
        return self.data_dir / "dhis2"

    def dhis2_files(self) -> list[Path]:
        """Return the mappings that are there."""
        return sorted(self.dhis2_dir.glob("*.yaml"))

    def webhook_secret(self) -> str:
        """Return what Telegram's calls prove themselves by: set, or derived from key and token."""
        if given := self.telegram_webhook_secret.get_secret_value():
            return given
        return self._derived(f"telegram webhook {self.telegram_token.get_secret_value()}")

    def bot_webhook_secret(self) -> str:
        """Return what the Bot Platform's calls prove themselves by: set, or derived alike."""
        if given := self.zalo_bot_webhook_secret.get_secret_value():
            return given
        return self._derived(f"zalo bot webhook {self.zalo_bot_token.get_secret_value()}")

    def _derived(self, what: str) -> str:
        return hmac.new(self.key(), what.encode(), hashlib.sha256).hexdigest()

    def key(self) -> bytes:
        """Return the secret key; where none is set one is made once and kept beside the data."""
        if given := self.secret_key.get_secret_value():
            return given.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            # Whole or not at all, and the first of two processes wins: codes hang on this key.
            with NamedTemporaryFile("w", dir=self.data_dir, encoding="ascii") as made:
                made.write(secrets.token_hex(32))
                made.flush()
                with suppress(FileExistsError):
                    os.link(made.name, path)
        return path.read_bytes()


def _split(url: str) -> SplitResult | None:
    """Take an address apart; None if it is none."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if named and not re.search(r"\s", url) else None


def _callable(url: str, own_server: bool) -> bool:
    """Say whether the Bot API calls such an address; a server of one's own calls any."""
    parts = _split(url)
    if parts is None or parts.query or parts.fragment:
        return False
    if own_server:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and (parts.port or 443) in _WEBHOOK_PORTS


def read_settings() -> Settings:
    """Read the environment and `.env`; raise `SettingsError` with every problem."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise SettingsError("\n".join(problems)) from error


def settings_or_exit() -> Settings:
    """Read the settings, or print every problem and exit with 2."""
    try:
        return read_settings()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def shown(settings: Settings) -> Mapping[str, str]:
    """Return every setting as an operator may see it: secrets and passwords hidden."""
    values = {name.upper(): str(value) for name, value in settings}
    if settings.database_url:
        hidden = make_url(settings.database_url).render_as_string(hide_password=True)
        values["DATABASE_URL"] = hidden
    for name in values:
        if name.endswith("_API"):
            values[name] = re.sub(r"//[^/@]*@", "//***@", values[name])
    return values
