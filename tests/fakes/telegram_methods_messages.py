"""Methods that write, change and delete messages, and answer taps."""

from typing import Any

from tests.fakes.telegram_cloud import Chat, Cloud, Stored
from tests.fakes.telegram_entities import units
from tests.fakes.telegram_keyboard import read_inline, read_keyboard
from tests.fakes.telegram_parameters import Parameters
from tests.fakes.telegram_refusals import Json, bad
from tests.fakes.telegram_texts import read_caption, read_text

ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)
DELETABLE_FOR = 48 * 3600
LONGEST_ANSWER = 200


def send_message(cloud: Cloud, parameters: Parameters) -> Json:
    """Write a text."""
    content = read_text(parameters)
    return send(cloud, parameters, content)


def send_document(cloud: Cloud, parameters: Parameters) -> Json:
    """Send a file."""
    caption = read_caption(parameters)
    chat = cloud.reached(parameters)
    [document] = cloud.files.sent(parameters, "document", "Document")
    return send(cloud, parameters, {"document": document.told(), **caption}, chat)


def send_photo(cloud: Cloud, parameters: Parameters) -> Json:
    """Send a photo, in the sizes that Telegram makes of it."""
    caption = read_caption(parameters)
    chat = cloud.reached(parameters)
    sizes = cloud.files.sent(parameters, "photo", "Photo")
    return send(cloud, parameters, {"photo": [size.told() for size in sizes], **caption}, chat)


def send(cloud: Cloud, parameters: Parameters, content: Json, chat: Chat | None = None) -> Json:
    """Write what was read into the chat that the request names."""
    named = parameters.text("chat_id")
    keyboard = read_keyboard(parameters, private=not named.startswith("-"))
    chat = chat or cloud.reached(parameters)
    answered = _answered(chat, parameters)
    cloud.check_open(chat)
    cloud.meter.count(chat.id)
    if parameters.yes("protect_content"):
        content = content | {"has_protected_content": True}
    return cloud.put(chat, cloud.bot, answered | content, keyboard)


def edit_text(cloud: Cloud, parameters: Parameters) -> Json:
    """Change the text of a message of the bot."""
    content = read_text(parameters, too_long="MESSAGE_TOO_LONG")
    chat, stored, keyboard = _to_edit(cloud, parameters)
    if "text" not in stored.message:
        raise bad("There is no text in the message to edit")
    return _edited(
        cloud, chat, stored, ("text", "entities", "link_preview_options"), content, keyboard
    )


def edit_caption(cloud: Cloud, parameters: Parameters) -> Json:
    """Change what stands under a file."""
    content = read_caption(parameters, too_long="MEDIA_CAPTION_TOO_LONG")
    chat, stored, keyboard = _to_edit(cloud, parameters)
    if not stored.message.keys() & {"document", "photo", "voice"}:
        raise bad("There is no caption in the message to edit")
    return _edited(cloud, chat, stored, ("caption", "caption_entities"), content, keyboard)


def edit_keyboard(cloud: Cloud, parameters: Parameters) -> Json:
    """Change the buttons alone."""
    chat, stored, keyboard = _to_edit(cloud, parameters)
    return _edited(cloud, chat, stored, (), {}, keyboard)


def delete_message(cloud: Cloud, parameters: Parameters) -> bool:
    """Delete a message from a chat."""
    if not parameters.text("chat_id"):
        raise bad("Chat identifier is not specified")
    if not parameters.number("message_id"):
        raise bad("Message identifier is not specified")
    chat = cloud.reached(parameters)
    stored = cloud.stored(chat, parameters, "to delete")
    if not stored.outgoing and not chat.person and chat.bot != "administrator":
        raise bad("message can't be deleted")
    if cloud.now() - stored.message["date"] > DELETABLE_FOR:
        raise bad("Message can't be deleted for everyone")
    del chat.messages[stored.message["message_id"]]
    return True


def answer_callback_query(cloud: Cloud, parameters: Parameters) -> bool:
    """Answer a tap, once and soon."""
    tap = cloud.taps.get(parameters.text("callback_query_id"))
    if tap is None or tap.answer is not None or cloud.clock() > tap.born + cloud.tap_lives:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = parameters.text("text")
    if units(text) > LONGEST_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    if (url := parameters.text("url")) and not url.startswith("https://t.me/"):
        raise bad("URL_INVALID")
    tap.answer = {"text": text, "show_alert": parameters.yes("show_alert")}
    return True


def send_chat_action(cloud: Cloud, parameters: Parameters) -> bool:
    """Show that the bot is busy."""
    action = parameters.text("action")
    if action not in ACTIONS:
        raise bad("Wrong parameter action in request")
    chat = cloud.reached(parameters)
    cloud.check_open(chat)
    chat.actions.append(action)
    return True


def _answered(chat: Chat, parameters: Parameters) -> Json:
    wish = parameters.parsed("reply_parameters", "reply parameters")
    if wish is None:
        wish = {
            "message_id": parameters.number("reply_to_message_id"),
            "allow_sending_without_reply": parameters.yes("allow_sending_without_reply"),
        }
    if not isinstance(wish, dict):
        raise bad("Object expected as reply parameters")
    number = int(wish.get("message_id") or 0)
    if found := chat.messages.get(number):
        answered = {k: v for k, v in found.message.items() if k != "reply_to_message"}
        return {"reply_to_message": answered}
    if number and not wish.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {}


def _to_edit(cloud: Cloud, parameters: Parameters) -> tuple[Chat, Stored, Json | None]:
    named = parameters.text("chat_id")
    if not named and not parameters.number("message_id"):
        raise bad("message identifier is not specified")
    keyboard = read_inline(parameters, private=not named.startswith("-"))
    chat = cloud.reached(parameters)
    stored = cloud.stored(chat, parameters, "to edit")
    if not stored.outgoing or stored.keyboard:
        raise bad("Message can't be edited")
    return chat, stored, keyboard


def _edited(
    cloud: Cloud,
    chat: Chat,
    stored: Stored,
    replaced: tuple[str, ...],
    content: Json,
    keyboard: Json | None,
) -> Json:
    before = stored.message
    dropped = (*replaced, "reply_markup", "edit_date")
    after = {name: value for name, value in before.items() if name not in dropped} | content
    if keyboard:
        after["reply_markup"] = keyboard
    if after == {name: value for name, value in before.items() if name != "edit_date"}:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    cloud.check_open(chat)
    cloud.meter.count(chat.id)
    stored.message = after | {"edit_date": cloud.now()}
    return stored.message


METHODS: dict[str, Any] = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_keyboard,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
}
