"""Both disputed variants of the signature, what is no signature, and what is played again."""

import hashlib
from datetime import timedelta

import pytest

from bot.channels.zalo_oa_signature import (
    AHEAD,
    OLDEST,
    First,
    Seal,
    Verdict,
    is_timely,
    moment_of,
)
from tests.storage.examples import NOW

SECRET = "khóa bí mật của OA"
BODY = '{"event_name":"user_send_text","message":{"text":"BC 12 3 0 ở xã"}}'.encode()
AT = "1795392000123"


def seal(signed_by: First = "app_id") -> Seal:
    return Seal(app_id="36000", oa_id="38860", secret=SECRET, signed_by=signed_by)


def mac(first: str, body: bytes = BODY, at: str = AT, secret: str = SECRET) -> str:
    return hashlib.sha256(first.encode() + body + at.encode() + secret.encode()).hexdigest()


@pytest.mark.parametrize(("signed_by", "first"), [("app_id", "36000"), ("oa_id", "38860")])
@pytest.mark.parametrize("prefix", ["", "mac=", "sha256=", " mac="])
def test_the_variant_that_is_set_is_genuine_with_any_prefix(
    signed_by: First, first: str, prefix: str
) -> None:
    assert seal(signed_by).judge(BODY, AT, prefix + mac(first)) is Verdict.GENUINE
    assert seal(signed_by).judge(BODY, AT, prefix + mac(first).upper()) is Verdict.GENUINE


@pytest.mark.parametrize(("signed_by", "first"), [("app_id", "38860"), ("oa_id", "36000")])
def test_the_other_variant_is_known_and_not_genuine(signed_by: First, first: str) -> None:
    assert seal(signed_by).judge(BODY, AT, f"mac={mac(first)}") is Verdict.OTHER_VARIANT
    assert seal(signed_by).other != signed_by


@pytest.mark.parametrize(
    "given",
    [
        "",
        "mac=",
        "mac=mật",
        "mac=" + "0" * 64,
        "mac=" + mac("36000")[:-1],
        "mac=" + mac("36000", secret="another"),
        "mac=" + mac("36000", body=BODY + b" "),
        "mac=" + mac("36000", at="1795392000124"),
        "mac=" + mac("36001"),
    ],
)
@pytest.mark.parametrize("signed_by", ["app_id", "oa_id"])
def test_everything_else_is_forged(signed_by: First, given: str) -> None:
    assert seal(signed_by).judge(BODY, AT, given) is Verdict.FORGED


def test_the_secret_is_not_printed() -> None:
    assert SECRET not in repr(seal())


@pytest.mark.parametrize(
    ("late", "timely"),
    [
        (timedelta(0), True),
        (OLDEST, True),
        (OLDEST + timedelta(seconds=1), False),
        (-AHEAD, True),
        (-AHEAD - timedelta(seconds=1), False),
        (timedelta(days=400), False),
    ],
)
def test_an_event_is_delivered_within_hours_or_played_again(late: timedelta, timely: bool) -> None:
    timestamp = str(int((NOW - late).timestamp() * 1000))

    assert is_timely(timestamp, NOW) is timely


@pytest.mark.parametrize("timestamp", ["", "now", "-5", "١٢٣", "1e9", "9" * 16, "9" * 400])
def test_what_is_no_moment_is_none(timestamp: str) -> None:
    assert moment_of(timestamp) is None
    assert not is_timely(timestamp, NOW)


def test_milliseconds_are_read() -> None:
    moment = moment_of(str(int(NOW.timestamp() * 1000)))

    assert moment
    assert abs(moment - NOW) < timedelta(milliseconds=2)
