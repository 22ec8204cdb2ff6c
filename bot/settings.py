"""Everything that the environment decides, read once, every problem reported at once."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from string import Formatter
from tempfile import NamedTemporaryFile

import typer
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

from plans.errors import SettingsError
from storage.database import sqlite_url


class Settings(BaseSettings):
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
    invite_link: str = Field("", description="Link of an invitation, with {code} in it.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Log level.")

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
    return values
