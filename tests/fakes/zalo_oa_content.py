"""The `message` of a request: its text and attachment, read as strictly as Zalo reads it."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.zalo_oa_office import Asset, Office
from tests.fakes.zalo_oa_refusals import Json, Refusal
from tests.fakes.zalo_oa_view import QUERIES, Button

MOST_BUTTONS, LONGEST_TITLE, LONGEST_PAYLOAD = 5, 100, 1000
# What the payload of a button that asks nothing must name.
OPENING = {
    "oa.open.url": ("url",),
    "oa.open.phone": ("phone_code",),
    "oa.open.sms": ("content", "phone_code"),
}
MEDIA = ("image", "gif", "sticker")


@dataclass(slots=True, kw_only=True)
class Content:
    """What a message holds."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    image: bytes | None = None
    image_url: str = ""
    file: bytes | None = None
    file_name: str = ""

    def told(self) -> dict[str, Any]:
        """Return it as the fields of a message."""
        return {name: getattr(self, name) for name in self.__slots__}


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_content(office: Office, told: object) -> Content:
    """Return what a message holds, or refuse it."""
    message = mapping(told, "message")
    text = message.get("text", "")
    if not isinstance(text, str) or not isinstance(message.get("quote_message_id", ""), str):
        raise Refusal(-201, "text")
    if utf16(text) > office.habits.text_units:
        raise Refusal(-210, f"text is longer than {office.habits.text_units}")
    content = Content(text=text)
    if "attachment" in message:
        _attach(office, content, mapping(message["attachment"], "attachment"))
    elif not text:
        raise Refusal(-201, "message is empty")
    return content


def mapping(told: object, name: str) -> Json:
    """Return a JSON object, or refuse what is none."""
    if not isinstance(told, dict):
        raise Refusal(-201, name)
    return told


def _attach(office: Office, content: Content, attachment: Json) -> None:
    payload = mapping(attachment.get("payload"), "payload")
    match attachment.get("type"):
        case "file":
            names = [name for name in office.habits.file_keys if name in payload]
            asset = _asset(office, payload[names[0]] if names else None, "file")
            content.file, content.file_name = asset.content, asset.name
        case "template":
            _template(office, content, payload)
        case _:
            raise Refusal(-233, "attachment type")


def _template(office: Office, content: Content, payload: Json) -> None:
    content.buttons = _buttons(payload.get("buttons", []))
    elements = payload.get("elements", [])
    if not isinstance(elements, list):
        raise Refusal(-201, "elements")
    match payload.get("template_type"):
        case None | "text":
            if not content.text or not content.buttons:
                raise Refusal(-201, "buttons need a text, and this template needs buttons")
        case "media":
            [element] = elements if len(elements) == 1 else [None]
            _medium(office, content, mapping(element, "elements"))
        case "request_user_info":
            if not elements or not mapping(elements[0], "elements").get("title"):
                raise Refusal(-201, "elements")
            content.text = content.text or str(elements[0]["title"])
            content.image_url = str(elements[0].get("image_url", ""))
        case _:
            raise Refusal(-233, "template_type")


def _medium(office: Office, content: Content, element: Json) -> None:
    kind = element.get("media_type")
    if kind not in MEDIA:
        raise Refusal(-201, "media_type")
    number, url = element.get("attachment_id"), element.get("url")
    if kind == "sticker" and number:
        content.image_url = f"sticker:{number}"
    elif number:
        content.image = _asset(office, number, str(kind)).content
    elif isinstance(url, str) and url.startswith(("http://", "https://")):
        content.image_url = url
    else:
        raise Refusal(-201, "attachment_id or url")


def _asset(office: Office, number: object, kind: str) -> Asset:
    asset = office.assets.get(number) if isinstance(number, str) else None
    if asset is None or asset.kind != kind:
        raise Refusal(-201, "attachment")
    if office.clock.now() > asset.until:
        raise Refusal(-100)
    return asset


def _buttons(told: object) -> tuple[Button, ...]:
    if not isinstance(told, list) or len(told) > MOST_BUTTONS:
        raise Refusal(-201, f"buttons: at most {MOST_BUTTONS}")
    return tuple(_button(mapping(one, "buttons")) for one in told)


def _button(told: Json) -> Button:
    title, kind, payload = told.get("title"), told.get("type"), told.get("payload")
    if not isinstance(title, str) or not title or utf16(title) > LONGEST_TITLE:
        raise Refusal(-201, "button title")
    if kind in QUERIES:
        if not isinstance(payload, str) or not payload or utf16(payload) > LONGEST_PAYLOAD:
            raise Refusal(-201, "button payload")
    elif kind in OPENING:
        named = mapping(payload, "button payload")
        if not all(isinstance(named.get(name), str) and named[name] for name in OPENING[kind]):
            raise Refusal(-201, "button payload")
    else:
        raise Refusal(-201, "button type")
    return Button(title, str(kind), payload)
