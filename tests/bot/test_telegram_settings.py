"""What may be set for Telegram, and the sentence for what may not."""

from pathlib import Path

import pytest

from bot.settings import read_settings
from plans.errors import SettingsError
from tests.fakes.telegram import TOKEN

PUBLIC = "https://baocao.example.vn"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        monkeypatch.setenv(f"TELEGRAM_{name.upper()}", value)
    try:
        read_settings()
    except SettingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"token": TOKEN},
        {"token": TOKEN, "api": "http://127.0.0.1:8081/"},
        {"token": TOKEN, "mode": "webhook", "webhook_url": PUBLIC},
        {"token": TOKEN, "mode": "webhook", "webhook_url": f"{PUBLIC}:8443/bot/"},
        {"token": TOKEN, "mode": "webhook", "webhook_url": PUBLIC, "webhook_secret": "a" * 16},
        {"token": TOKEN, "mode": "webhook", "webhook_url": "http://10.0.0.5:8080"}
        | {"api": "http://10.0.0.4:8081"},
        {"mode": "webhook"},
        {"webhook_url": PUBLIC},
    ],
)
def test_what_works(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    assert problems(monkeypatch, **values) == ""


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        ({"token": "12345"}, "TOKEN", "write the whole token"),
        ({"token": f"bot{TOKEN}"}, "TOKEN", "write the whole token"),
        ({"api": "api.telegram.org"}, "API", "write the base address"),
        ({"api": "https://"}, "API", "write the base address"),
        ({"api": "https://x.vn/?a=1"}, "API", "write the base address"),
        ({"api": "https://x.vn:99999"}, "API", "write the base address"),
        ({"token": TOKEN, "mode": "push"}, "MODE", "'polling' or 'webhook'"),
        ({"token": TOKEN, "mode": "webhook"}, "WEBHOOK_URL", "such as https://"),
        ({"token": TOKEN, "webhook_url": PUBLIC}, "WEBHOOK_URL", "TELEGRAM_MODE=webhook"),
        (
            {"token": TOKEN, "mode": "webhook", "webhook_url": "http://x.vn"},
            "WEBHOOK_URL",
            "https and on port",
        ),
        (
            {"token": TOKEN, "mode": "webhook", "webhook_url": f"{PUBLIC}:8080"},
            "WEBHOOK_URL",
            "https and on port",
        ),
        ({"webhook_secret": "short"}, "WEBHOOK_SECRET", "write 16 to 256"),
        ({"webhook_secret": "mật khẩu rất dài và có dấu"}, "WEBHOOK_SECRET", "write 16 to 256"),
    ],
)
def test_what_does_not(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], name: str, words: str
) -> None:
    told = problems(monkeypatch, **values)

    assert told.startswith(f"TELEGRAM_{name}: ")
    assert words in told
    assert len(told.splitlines()) == 1
    assert TOKEN not in told


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = problems(monkeypatch, token="x", api="y", mode="z", webhook_secret="s")

    assert len(told.splitlines()) == 4
