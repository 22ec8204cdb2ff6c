"""Logs tell where a fault arose, and never what somebody wrote."""

import json

import pytest
import structlog

from bot.logs import configure_logs

SECRET = "0912 345 678"


def misread() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise KeyError(f"cannot read {SECRET}") from error


def test_a_fault_is_told_by_place_and_type_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("info")

    try:
        misread()
    except KeyError:
        structlog.get_logger().exception("message.failed", id="7")

    line = capsys.readouterr().err
    told = json.loads(line)
    assert (told["event"], told["id"], told["level"]) == ("message.failed", "7", "error")
    assert [fault.rsplit(" ", 1)[1] for fault in told["faults"]] == ["KeyError", "ValueError"]
    assert "misread" in told["faults"][0]
    assert SECRET not in line


def test_an_event_without_a_fault_tells_none(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")

    structlog.get_logger().info("started")

    assert "faults" not in json.loads(capsys.readouterr().err)
