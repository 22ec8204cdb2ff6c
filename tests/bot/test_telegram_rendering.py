"""How a reply is cut and laid out, measured by what another library knows of Telegram's limits."""

from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import (
    FileSizeLimit,
    FloodLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    MessageLimit,
    WebhookLimit,
)

from bot.channels.telegram import LIMITS, MAX_CONNECTIONS
from bot.channels.telegram_rendering import (
    CAPTION_UNITS,
    MOST_BUTTONS,
    MOST_PHOTO_BYTES,
    TEXT_UNITS,
    html_of,
    keyboard_of,
    parts_of,
)
from bot.channels.texts import split, units
from plans.messages import Address, Choice, Delivery, Reply
from tests.fakes.telegram_html import read_html
from tests.storage.examples import NOW


def test_our_limits_are_telegrams() -> None:
    assert TEXT_UNITS == LIMITS.text_length == int(MessageLimit.MAX_TEXT_LENGTH)
    assert int(MessageLimit.CAPTION_LENGTH) == CAPTION_UNITS
    assert LIMITS.per_second == FloodLimit.MESSAGES_PER_SECOND
    assert LIMITS.chat_seconds == 1 / FloodLimit.MESSAGES_PER_SECOND_PER_CHAT
    assert LIMITS.pause_after("-5") >= 60 / FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP
    assert LIMITS.pause_after("5") == LIMITS.chat_seconds
    assert int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER) == MOST_BUTTONS
    assert int(FileSizeLimit.PHOTOSIZE_UPLOAD) == MOST_PHOTO_BYTES
    assert (
        WebhookLimit.MIN_CONNECTIONS_LIMIT <= MAX_CONNECTIONS <= WebhookLimit.MAX_CONNECTIONS_LIMIT
    )


@given(st.text(max_size=300), st.integers(2, 60))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str, most: int) -> None:
    pieces = split(text, most)

    assert all(0 < units(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(alphabet="ab<>&\"' \n🙂ế", max_size=200))
def test_what_is_shown_is_what_was_written(text: str) -> None:
    shown, entities = read_html(html_of(text))

    assert shown == text
    assert entities == []


def test_a_cut_is_made_between_lines_and_words() -> None:
    assert split("một hai\nba bốn", 9) == ["một hai", "ba bốn"]
    assert split("một hai ba", 8) == ["một hai", "ba"]
    assert split("dàiquáđi", 3) == ["dài", "quá", "đi"]
    assert split("🙂🙂🙂", 4) == ["🙂🙂", "🙂"]


def labels(*names: str) -> list[list[str]]:
    keyboard = keyboard_of(3, [Choice(label=name, data="/x") for name in names])
    assert keyboard
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def test_short_labels_share_a_row_and_long_ones_stand_alone() -> None:
    assert labels("Có", "Không", "Nhập lại", "0") == [["Có", "Không", "Nhập lại"], ["0"]]
    assert labels("0", "Chưa có số liệu") == [["0", "Chưa có số liệu"]]
    assert labels("Danh sách 148 đơn vị chưa nộp", "0") == [
        ["Danh sách 148 đơn vị chưa nộp"],
        ["0"],
    ]


def test_a_button_carries_little_and_there_are_not_too_many() -> None:
    choices = tuple(Choice(label="x", data="/y " * 99) for _ in range(130))
    address = Address(channel="telegram", chat="1")
    reply = Reply(text="Chọn", choices=choices)
    [part] = parts_of(Delivery(number=10**12, address=address, reply=reply, posted_at=NOW))
    assert part.keyboard
    buttons = [button for row in part.keyboard.inline_keyboard for button in row]

    assert len(buttons) == MOST_BUTTONS
    longest = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert all(len((button.callback_data or "").encode()) <= longest for button in buttons)
