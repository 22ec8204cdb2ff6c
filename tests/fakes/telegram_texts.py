"""Texts and captions of requests: read, measured, and refused as Telegram refuses."""

from typing import Any

from tests.fakes.telegram_entities import PRIORITY, Entity, Formatted, finished, units
from tests.fakes.telegram_html import read_html
from tests.fakes.telegram_parameters import Parameters
from tests.fakes.telegram_refusals import Json, bad

LONGEST_TEXT, LONGEST_CAPTION, MOST_BYTES = 4096, 1024, 1 << 15


def read_text(parameters: Parameters, too_long: str = "Message is too long") -> Json:
    """Return the text of a request as a message carries it."""
    if not parameters.text("text"):
        raise bad("Message text is empty")
    formatted = _formatted(parameters, "text", "entities")
    if not formatted.text:
        raise bad("Text must be non-empty")
    if units(formatted.text) > LONGEST_TEXT:
        raise bad(too_long)
    content: Json = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = formatted.told()
    return content | _preview(parameters)


def read_caption(parameters: Parameters, too_long: str = "Message caption is too long") -> Json:
    """Return the caption of a request as a message carries it, nothing without one."""
    formatted = _formatted(parameters, "caption", "caption_entities")
    if units(formatted.text) > LONGEST_CAPTION:
        raise bad(too_long)
    if not formatted.text:
        return {}
    content: Json = {"caption": formatted.text}
    return content | ({"caption_entities": formatted.told()} if formatted.entities else {})


def _formatted(parameters: Parameters, name: str, entities: str) -> Formatted:
    text, mode = parameters.text(name), parameters.text("parse_mode").lower()
    if len(text.encode(errors="surrogatepass")) > MOST_BYTES:
        raise bad("Text is too long")
    if not text or mode in ("", "none"):
        return finished(text, _given(parameters, entities))
    if mode != "html":
        # Markdown exists at Telegram, but the product writes none and the fake reads none.
        raise bad("Unsupported parse_mode")
    return finished(*read_html(text))


def _given(parameters: Parameters, name: str) -> list[Entity]:
    given = parameters.parsed(name, "message entities")
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad("Expected an Array of MessageEntity")
    return [_entity(wish) for wish in given if not isinstance(wish, dict) or _kept(wish)]


def _kept(wish: Json) -> bool:
    # Links and commands are found anew, whatever a bot says of them.
    return wish.get("type") in PRIORITY and wish.get("type") not in ("custom_emoji", "text_mention")


def _entity(wish: Any) -> Entity:
    try:
        return Entity(
            type=wish["type"],
            offset=int(wish["offset"]),
            length=int(wish["length"]),
            url=wish.get("url", ""),
            language=wish.get("language", ""),
        )
    except (TypeError, KeyError, ValueError, AttributeError) as wrong:
        raise bad(f"Can't parse MessageEntity: {wrong}") from None


def _preview(parameters: Parameters) -> Json:
    options = parameters.parsed("link_preview_options", "link preview options")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise bad("Object expected as link preview options")
    return {"link_preview_options": options} if options else {}
