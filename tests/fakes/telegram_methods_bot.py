"""Methods about the bot itself and the chats it is in: commands, words, chats, files, updates."""

import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_cloud import Cloud
from tests.fakes.telegram_parameters import Parameters, leading_number
from tests.fakes.telegram_refusals import Json, bad, conflict
from tests.fakes.telegram_updates import UNASKED
from tests.fakes.telegram_webhook import Address, Webhook

LONGEST_POLL = 50
MOST_COMMANDS, LONGEST_COMMAND, LONGEST_EXPLANATION = 100, 32, 256
PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
LONGEST_WORDS = {"Name": 64, "Description": 512, "ShortDescription": 120}


@dataclass(frozen=True, slots=True)
class Answer:
    """A result with Telegram's remark."""

    result: Any
    description: str


def get_me(cloud: Cloud, parameters: Parameters) -> Json:
    """Return who the bot is."""
    names = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app")
    more = ("has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots")
    return {
        **cloud.bot.told(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        **dict.fromkeys((*names, *more), False),
    }


def get_chat(cloud: Cloud, parameters: Parameters) -> Json:
    """Return all that a bot may know of a chat."""
    chat = cloud.reached(parameters, writing=False)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return {
        **chat.told(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }


def leave_chat(cloud: Cloud, parameters: Parameters) -> bool:
    """Leave a group."""
    chat = cloud.reached(parameters, writing=False)
    if chat.person:
        raise bad("chat not found")
    chat.bot = "left"
    return True


def get_file(cloud: Cloud, parameters: Parameters) -> Json:
    """Return where a file can be downloaded."""
    return cloud.files.link(parameters.text("file_id"))


def set_commands(cloud: Cloud, parameters: Parameters) -> bool:
    """Set the menu of a scope and language."""
    given = parameters.parsed("commands", "commands")
    if given is not None and not isinstance(given, list):
        raise bad("Expected an Array of BotCommand")
    commands = [_command(wish) for wish in given or []]
    key = _scope(cloud, parameters), _language(parameters)
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    cloud.commands[key] = commands
    return True


def get_commands(cloud: Cloud, parameters: Parameters) -> list[Json]:
    """Return the menu of exactly this scope and language."""
    return cloud.commands.get((_scope(cloud, parameters), _language(parameters)), [])


def delete_commands(cloud: Cloud, parameters: Parameters) -> bool:
    """Take a menu away."""
    cloud.commands.pop((_scope(cloud, parameters), _language(parameters)), None)
    return True


def _command(wish: Any) -> Json:
    if not isinstance(wish, dict):
        raise bad("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if name not in wish:
            raise bad(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = str(wish["command"]).strip().removeprefix("/")
    explanation = str(wish["description"]).strip()
    if not command:
        raise bad("Command must be non-empty")
    if len(command) > LONGEST_COMMAND:
        raise bad(f"Command length must not exceed {LONGEST_COMMAND}")
    if not explanation:
        raise bad("Command description must be non-empty")
    if len(explanation) > LONGEST_EXPLANATION:
        raise bad(f"Command description length must not exceed {LONGEST_EXPLANATION}")
    if not re.fullmatch("[a-z0-9_]+", command):
        raise bad("BOT_COMMAND_INVALID")
    return {"command": command, "description": explanation}


def _scope(cloud: Cloud, parameters: Parameters) -> str:
    wish = parameters.parsed("scope", "BotCommandScope")
    if wish is None:
        return "default"
    if not isinstance(wish, dict):
        raise bad("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = wish.get("type")
    if kind in PLAIN_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad("Can't parse BotCommandScope: Unsupported type specified")
    chat = Parameters({"chat_id": str(wish.get("chat_id", ""))})
    if not chat.text("chat_id"):
        raise bad("Can't parse BotCommandScope: Can't find field \"chat_id\"")
    named = cloud.reached(chat, writing=False).id
    person = leading_number(str(wish.get("user_id", 0))) if kind == "chat_member" else ""
    if person == 0:
        raise bad("Can't parse BotCommandScope: Invalid user_id specified")
    return f"{kind} {named} {person}".strip()


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("Invalid language code specified")
    return language


def _setter(what: str, field: str) -> Any:
    def set_words(cloud: Cloud, parameters: Parameters) -> bool:
        words = parameters.text(field)
        if len(words) > LONGEST_WORDS[what]:
            raise bad(f"BOT_{what.upper()}_TOO_LONG")
        cloud.words[what, _language(parameters)] = words
        return True

    return set_words


def _getter(what: str, field: str) -> Any:
    def get_words(cloud: Cloud, parameters: Parameters) -> Json:
        own = cloud.words.get((what, _language(parameters)))
        default = cloud.bot.first_name if what == "Name" else ""
        return {field: own or cloud.words.get((what, "")) or default}

    return get_words


class UpdateMethods:
    """Methods about how updates come; they need the one who delivers."""

    def __init__(self, cloud: Cloud, webhook: Webhook) -> None:
        self._cloud, self._webhook = cloud, webhook

    async def get_updates(self, cloud: Cloud, parameters: Parameters) -> list[Json]:
        """Return what is new, soon or after a while."""
        if self._webhook.address:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete "
                "the webhook first"
            )
        cloud.updates.allow(parameters.text("allowed_updates"))
        return await cloud.updates.poll(
            parameters.number("offset"),
            parameters.within("limit", 100, 1, 100),
            parameters.within("timeout", 0, 0, LONGEST_POLL),
        )

    async def set_webhook(self, cloud: Cloud, parameters: Parameters) -> Answer:
        """Deliver updates to an address from now on."""
        if not (url := parameters.text("url").strip()):
            return await self.delete_webhook(cloud, parameters)
        address = Address(
            url,
            parameters.text("secret_token"),
            parameters.within("max_connections", 40, 1, 100),
            parameters.text("ip_address"),
        )
        address.check()
        drop = parameters.yes("drop_pending_updates")
        cloud.updates.allow(parameters.text("allowed_updates"))
        if address == self._webhook.address and not drop:
            return Answer(True, "Webhook is already set")
        cloud.updates.end_poll(conflict("terminated by setWebhook request"))
        if drop:
            cloud.updates.clear()
        await self._webhook.set(address)
        return Answer(True, "Webhook was set")

    async def delete_webhook(self, cloud: Cloud, parameters: Parameters) -> Answer:
        """Let the bot ask for updates again."""
        was_set = self._webhook.address is not None
        await self._webhook.close()
        if parameters.yes("drop_pending_updates"):
            cloud.updates.clear()
        return Answer(True, "Webhook was deleted" if was_set else "Webhook is already deleted")

    def get_webhook_info(self, cloud: Cloud, parameters: Parameters) -> Json:
        """Return how delivery goes; the secret is never told."""
        webhook, address = self._webhook, self._webhook.address
        told: Json = {
            "url": address.url if address else "",
            "has_custom_certificate": False,
            "pending_update_count": cloud.updates.count(),
        }
        if address:
            told |= {
                "max_connections": address.connections,
                "ip_address": address.ip or "127.0.0.1",
            }
        if address and webhook.error_message:
            told["last_error_date"] = webhook.error_date
            told["last_error_message"] = webhook.error_message
        if cloud.updates.allowed != UNASKED:
            told["allowed_updates"] = list(cloud.updates.allowed)
        return told

    def methods(self) -> dict[str, Any]:
        """Return them by their names."""
        return {
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
        }


METHODS: dict[str, Any] = {
    "getMe": get_me,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "getFile": get_file,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": _setter("Name", "name"),
    "getMyName": _getter("Name", "name"),
    "setMyDescription": _setter("Description", "description"),
    "getMyDescription": _getter("Description", "description"),
    "setMyShortDescription": _setter("ShortDescription", "short_description"),
    "getMyShortDescription": _getter("ShortDescription", "short_description"),
}
