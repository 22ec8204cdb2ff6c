"""Keyboards under messages, checked as Telegram checks them."""

from typing import Any

from tests.fakes.telegram_html import checked_link
from tests.fakes.telegram_parameters import Parameters
from tests.fakes.telegram_refusals import Json, Refusal, bad

MOST_BUTTONS, MOST_IN_A_ROW = 100, 8
MOST_DATA_BYTES = 64
# Switches that a client keeps; the others (`selective`) say for whom.
REPLY_SWITCHES = ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective")


def read_keyboard(parameters: Parameters, private: bool) -> Json | None:
    """Return the keyboard of a request as messages carry it, None without one."""
    given = parameters.parsed("reply_markup", "reply keyboard markup")
    if given is None and not parameters.text("reply_markup"):
        return None
    if not isinstance(given, dict):
        raise bad("Object expected as reply markup")
    reply = _rows(given, "keyboard", 'Field "keyboard" must be an Array of Arrays')
    inline = _rows(
        given,
        "inline_keyboard",
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    )
    inline = [[_read(button, _inline, "inline keyboard button") for button in r] for r in inline]
    reply = [[_read(button, _reply, "keyboard button") for button in row] for row in reply]
    if reply:
        return _reply_keyboard(given, reply, private)
    if inline:
        return _inline_keyboard(inline)
    if given.get("remove_keyboard"):
        return {"remove_keyboard": True}
    if given.get("force_reply"):
        return {"force_reply": True, **_placeholder(given)}
    return None


def read_inline(parameters: Parameters, private: bool) -> Json | None:
    """Return the keyboard of a request that may only carry an inline one."""
    keyboard = read_keyboard(parameters, private)
    if keyboard is not None and "inline_keyboard" not in keyboard:
        raise bad("Inline keyboard expected")
    return keyboard


def _rows(given: Json, name: str, complaint: str) -> list[list[Any]]:
    rows = given.get(name) or []
    if not isinstance(rows, list):
        raise bad(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad(complaint)
    return rows


def _read(button: Any, reader: Any, what: str) -> Json:
    try:
        read: Json = reader(button)
    except ValueError as wrong:
        raise bad(f"Can't parse {what}: {wrong}") from None
    return read


def _field(button: Json, name: str) -> str:
    value = button.get(name)
    if value is None:
        raise ValueError(f'Can\'t find field "{name}"')
    if not isinstance(value, str | int):
        raise ValueError(f'Field "{name}" must be of type String')
    return str(value)


def _inline(button: Any) -> Json:
    if not isinstance(button, dict):
        raise ValueError("InlineKeyboardButton must be an Object")
    read: Json = {"text": _field(button, "text")}
    if button.get("style"):
        read["style"] = _field(button, "style")
    for name in ("url", "callback_data"):
        if button.get(name):
            return read | {name: _field(button, name)}
    for name in ("switch_inline_query", "switch_inline_query_current_chat", "pay"):
        if name in button:
            return read | {name: button[name]}
    if "web_app" in button:
        return read | {"web_app": {"url": _field(button["web_app"], "url")}}
    if "copy_text" in button:
        return read | {"copy_text": {"text": _field(button["copy_text"], "text")}}
    raise ValueError("Text buttons are unallowed in the inline keyboard")


def _reply(button: Any) -> Json:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise ValueError("KeyboardButton must be a String or an Object")
    return {"text": _field(button, "text")} | {
        name: button[name]
        for name in ("request_contact", "request_location", "web_app", "style")
        if button.get(name)
    }


def _inline_keyboard(rows: list[list[Json]]) -> Json:
    rows = [row for row in rows if row]
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise bad("Inline keyboard button text must be non-empty")
        if len(button.get("callback_data", "").encode()) > MOST_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button:
            button["url"] = _link(button["url"], "Inline keyboard button")
        if "web_app" in button:
            url = button["web_app"]["url"]
            if not url.startswith("https://"):
                raise bad(
                    f"Inline keyboard button Web App URL '{url}' is invalid: "
                    "Only HTTPS links are allowed"
                )
    _check_size(rows)
    return {"inline_keyboard": rows}


def _link(url: str, what: str) -> str:
    if link := checked_link(url):
        return link
    raise bad(f"{what} URL '{url}' is invalid: Wrong HTTP URL")


def _reply_keyboard(given: Json, rows: list[list[Json]], private: bool) -> Json:
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise bad("Keyboard button text must be non-empty")
        if button.get("request_contact") and not private:
            raise bad("Phone number can be requested in private chats only")
        if button.get("request_location") and not private:
            raise bad("Location can be requested in private chats only")
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > 3 * MOST_BUTTONS:
        raise _too_long()
    switches = {name: True for name in REPLY_SWITCHES if given.get(name)}
    return {"keyboard": rows, **switches, **_placeholder(given)}


def _placeholder(given: Json) -> Json:
    words = given.get("input_field_placeholder", "")
    return {"input_field_placeholder": str(words)[:64]} if words else {}


def _check_size(rows: list[list[Json]]) -> None:
    # How the server takes more than 8 in a row is not written anywhere: no bot should try.
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise _too_long()


def _too_long() -> Refusal:
    return bad("Reply markup is too long")
