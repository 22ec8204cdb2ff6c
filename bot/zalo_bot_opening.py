"""The Zalo bot's channel, wired to an application."""

from sqlalchemy import Connection

from bot.app import App
from bot.channels.zalo_bot import Manners, Wiring, ZaloBot
from bot.channels.zalo_bot_client import Account
from bot.channels.zalo_bot_quota import Quota
from bot.channels.zalo_bot_sending import Sources
from bot.channels.zalo_bot_webhook import Hook
from bot.file_links import open_file_links
from bot.ledger import Ledger
from bot.settings import Settings
from plans.allowance import Allowance
from plans.messages import Address
from storage import groups, people


def open_zalo_bot(app: App, settings: Settings, manners: Manners | None = None) -> ZaloBot:
    """Build the channel on an application whose settings have a token."""
    name = ZaloBot.name
    allowance = Allowance(
        monthly=settings.zalo_bot_monthly,
        reserve=settings.zalo_bot_reserve,
        users=settings.zalo_bot_users,
    )
    app.world.allowances[name] = allowance
    if link := settings.zalo_bot_link:
        # It opens the bot and takes no code along: Zalo knows no parameter for that.
        app.world.links.invitations[name] = link.replace("{", "{{").replace("}", "}}")

    def opened(mention: str) -> None:
        if mention:
            app.world.links.groups[name] = mention

    wiring = Wiring(
        accept=app.receiver.accept,
        quota=Quota(Ledger(app.database, app.clock, name), allowance, app.clock),
        sources=Sources(
            language_of=lambda address: app.database.read(lambda tx: _language(tx, address)),
            link=open_file_links(app, settings).link,
        ),
        opened=opened,
    )
    account = Account(token=settings.zalo_bot_token.get_secret_value(), api=settings.zalo_bot_api)
    hook = None
    if settings.zalo_bot_mode == "webhook":
        hook = Hook(base=settings.public_url, secret=settings.bot_webhook_secret())
    return ZaloBot(account, wiring, hook, manners=manners)


def _language(connection: Connection, address: Address) -> str:
    """Return what whoever reads at an address was spoken to in."""
    known = people.person_at(connection, address) or groups.linked_at(connection, address)
    return known.language if known else "vi"
