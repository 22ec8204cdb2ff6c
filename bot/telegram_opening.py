"""The Telegram channel, wired to an application."""

from sqlalchemy import Connection

from bot.app import App
from bot.channels.telegram import Manners, Telegram
from bot.channels.telegram_client import Account
from bot.channels.telegram_intake import Wiring
from bot.channels.telegram_menu import Menus, readers
from bot.channels.telegram_updates import is_group
from bot.channels.telegram_webhook import Hook
from bot.settings import Settings
from plans.messages import Address
from storage import groups, outbox, people


def open_telegram(app: App, settings: Settings, manners: Manners | None = None) -> Telegram:
    """Build the Telegram channel on an application whose settings have a token."""
    token = settings.telegram_token.get_secret_value()
    run, clock = app.database.run, app.clock

    def blocked(connection: Connection, address: Address) -> None:
        people.unreachable(connection, address, clock.now())
        if is_group(address.chat):
            groups.end(connection, address, clock.now())

    def moved(connection: Connection, old: Address, new: Address) -> None:
        people.moved(connection, old, new)
        groups.moved(connection, old, new)

    def opened(username: str) -> None:
        app.world.links.invitations[Telegram.name] = f"https://t.me/{username}?start={{code}}"
        app.world.links.groups[Telegram.name] = f"@{username}"

    wiring = Wiring(
        accept=app.receiver.accept,
        choice_of=lambda address, number, index: app.database.read(
            lambda tx: outbox.choice_of(tx, address, number, index)
        ),
        blocked=lambda address: run(lambda tx: blocked(tx, address)),
        unblocked=lambda address: run(lambda tx: people.heard(tx, address, clock.now())),
        moved=lambda old, new: run(lambda tx: moved(tx, old, new)),
        opened=opened,
    )
    account = Account(token=token, api=settings.telegram_api)
    hook = None
    if settings.telegram_mode == "webhook":
        hook = Hook(base=settings.telegram_webhook_url, secret=settings.webhook_secret())
    who = readers(app.database, app.world, Telegram.name)
    return Telegram(
        account, wiring, hook, manners=manners, menus=lambda client: Menus(client.call, who)
    )
