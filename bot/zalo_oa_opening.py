"""The channels of a Zalo Official Account, wired to an application."""

from datetime import datetime

from sqlalchemy import Connection

from bot.app import App
from bot.channels.zalo_oa import Manners, Parts, ZaloOA, limits_of
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_intake import Wiring
from bot.channels.zalo_oa_sending import Sources
from bot.channels.zalo_oa_signature import Seal
from bot.channels.zalo_oa_tokens import Account, Tokens
from bot.channels.zalo_phone import NAME as PHONE
from bot.channels.zalo_phone import ZaloPhone
from bot.file_links import open_file_links
from bot.ledger import Ledger
from bot.settings import Settings
from bot.zalo_oa_postage import Prices, Purse
from plans.messages import Address, Delivery
from storage import groups, outbox, people
from storage.postage import Cost


def open_zalo_oa(app: App, settings: Settings, manners: Manners | None = None) -> ZaloOA:
    """Build the channel of the account that the settings name."""
    manners = manners or Manners()
    account, templates = account_of(settings), settings.oa_templates
    # A group there belongs to the account alone: no other bot could be meant.
    app.world.links.groups[ZaloOA.name] = ""
    # It opens the chat and takes no code along: Zalo knows no parameter for that.
    app.world.links.invitations[ZaloOA.name] = f"https://zalo.me/{account.oa_id}"
    prices = Prices(
        free=settings.zalo_oa_free_replies,
        paid=settings.zalo_oa_paid_monthly,
        templates=templates,
    )
    parts = Parts(
        tokens=Tokens(account, app.database, app.clock, patience=manners.patience),
        seal=_seal(settings),
        wiring=_wiring(app),
        purse=Purse(app.database, app.clock, ZaloOA.name, prices, app.channels.keys()),
        sources=Sources(
            language_of=lambda address: app.database.read(lambda tx: _language(tx, address)),
            link=open_file_links(app, settings).link,
            templates=templates,
        ),
        clock=app.clock,
        per_minute=settings.zalo_oa_per_minute,
    )
    return ZaloOA(account, parts, manners)


def open_zalo_phone(app: App, settings: Settings, manners: Manners | None = None) -> ZaloPhone:
    """Build the channel of templates by telephone number."""
    manners = manners or Manners()
    account = account_of(settings)
    tokens = Tokens(account, app.database, app.clock, patience=manners.patience)
    limits = limits_of(settings.zalo_oa_per_minute if manners.paced else None)
    client = Client(account, tokens, per_second=limits.per_second)
    return ZaloPhone(client, tokens, _Notes(app), settings.oa_templates, limits)


def account_of(settings: Settings) -> Account:
    """Return the account that the settings name."""
    return Account(
        oa_id=settings.zalo_oa_id,
        app_id=settings.zalo_oa_app_id,
        app_secret=settings.zalo_oa_app_secret.get_secret_value(),
        api=settings.zalo_oa_api,
        business_api=settings.zalo_oa_business_api,
        oauth=settings.zalo_oa_oauth,
    )


def _seal(settings: Settings) -> Seal:
    return Seal(
        app_id=settings.zalo_oa_app_id,
        oa_id=settings.zalo_oa_id,
        secret=settings.zalo_oa_webhook_secret.get_secret_value(),
        signed_by=settings.zalo_oa_signed_by,
    )


def _wiring(app: App) -> Wiring:
    def left(connection: Connection, address: Address, at: datetime) -> None:
        # Events may come late: whoever wrote since then is there again.
        heard = people.heard_at(connection, address)
        if heard is None or heard <= at:
            people.unreachable(connection, address, app.clock.now())

    return Wiring(
        accept=app.receiver.accept,
        choice_of=lambda address, number, index: app.database.read(
            lambda tx: outbox.choice_of(tx, address, number, index)
        ),
        left=lambda address, at: app.database.run(lambda tx: left(tx, address, at)),
    )


def _language(connection: Connection, address: Address) -> str:
    """Return what whoever reads at an address was spoken to in."""
    known = people.person_at(connection, address) or groups.linked_at(connection, address)
    return known.language if known else "vi"


class _Notes:
    """The postage of templates by telephone number."""

    def __init__(self, app: App) -> None:
        self._ledger = Ledger(app.database, app.clock, PHONE)

    async def spend(self, delivery: Delivery) -> int:
        """Note that a message is about to go; return the note's number."""
        return await self._ledger.spend(delivery, Cost.TEMPLATE_PHONE)

    async def take_back(self, note: int) -> None:
        """Forget a message that certainly did not go."""
        await self._ledger.take_back(note)
