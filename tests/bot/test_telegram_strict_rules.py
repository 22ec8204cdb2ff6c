"""What we ask of Telegram, held against the strict rules of a library that is not ours."""

from aiogram import Bot
from hypothesis import given
from hypothesis import strategies as st
from teremok import ApiRuleViolation
from teremok.validation import validate_method

from bot.channels.telegram_rendering import html_of, parts_of
from bot.channels.telegram_sending import method_of
from plans.messages import Address, Choice, Delivery, File, Reply
from tests.storage.examples import NOW

BOT = Bot("42:strict-rules-need-no-network")
WORDS = st.text(alphabet=st.sampled_from("aộ<>&;\"'/_*[]`😀 \n1"), min_size=1, max_size=600)
MEDIA = st.sampled_from(["image/png", "text/csv"])


def delivery_of(text: str, choices: tuple[Choice, ...], file: File | None = None) -> Delivery:
    return Delivery(
        number=2**31,
        address=Address(channel="telegram", chat="7"),
        reply=Reply(text=text, choices=choices, file=file),
        posted_at=NOW,
    )


@given(text=WORDS, labels=st.lists(WORDS, max_size=12), media=st.none() | MEDIA)
def test_whatever_is_said_keeps_the_rules(text: str, labels: list[str], media: str | None) -> None:
    # The longest choices that a card may carry: what they mean is looked up, not sent.
    choices = tuple(Choice(label=f"x{label}", data="/lydo " + "ộ" * 300) for label in labels)
    file = File(name="a.b", media_type=media, content=b"1") if media else None

    for part in parts_of(delivery_of(f"x{text}", choices, file)):
        validate_method(BOT, method_of("7", part))


def test_a_text_of_many_messages_keeps_the_rules() -> None:
    text = "\n".join(f"- UBND xã số {number}: chưa nộp" for number in range(800))

    parts = parts_of(delivery_of(text, (Choice(label="Danh sách", data="/chuanop"),)))

    assert len(parts) > 3
    for part in parts:
        validate_method(BOT, method_of("7", part))


def test_the_rules_would_notice() -> None:
    [part] = parts_of(delivery_of("a < b", ()))
    assert html_of("a < b") == part.html
    broken = method_of("7", part).model_copy(update={"text": "a < b"})

    try:
        validate_method(BOT, broken)
    except ApiRuleViolation:
        return
    raise AssertionError("an unescaped text passed")
