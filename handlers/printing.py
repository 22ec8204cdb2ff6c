"""What codes are handed over on: a picture to scan, or cards for many units, made afterwards.

Only hashes of codes are kept. What names them in clear is the order of such a file, which ends when
the file is made, and the file itself.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import locales
from documents import wording
from handlers.desks import roles_for
from handlers.turn import Turn, forbid
from plans.messages import File, Task
from plans.people import Action, Role
from plans.units import Unit

if TYPE_CHECKING:
    from documents.invitations_docx import Invitation

SHEET, CARDS = "invitation", "invitations"
_SHOWN_WAYS = 3
# A hyphen at which no line ends: half a code is none.
_UNBROKEN = "\u2011"
_PAGE = "webchat"


def sheet_task(code: str, name: str) -> Task:
    """Order a sheet with one code to scan and for whom it is."""
    return Task(kind=SHEET, words=f"{code} {name}")


def cards_task(plan: str, expires: date, codes: Mapping[str, str]) -> Task:
    """Order cards for the codes of many units, until a day."""
    cards = " ".join(f"{unit}:{code}" for unit, code in codes.items())
    return Task(kind=CARDS, words=f"{plan} {expires.isoformat()} {cards}")


def make_sheet(turn: Turn, words: str) -> File:
    """Draw what can be printed and handed over: the first link to scan, for whom, and the code."""
    from documents.qr import qr_sheet

    code, _, name = words.partition(" ")
    link = turn.world.invite_links(code, turn.message.address.channel)[0]
    below = [turn.text("invite.sheet.code", code=code), turn.text("invite.sheet.once"), link]
    content = qr_sheet(link, name, below)
    return File(name=f"ma-moi-{code}.png", media_type="image/png", content=content)


def make_cards(turn: Turn, words: str) -> File:
    """Set a card a unit with its code, by area, and the list to sign for them."""
    from documents.invitations_docx import Invitations, invitations_docx

    plan, day, *pairs = words.split()
    mine = [role for role in roles_for(turn, Action.COORDINATE) if role.plan == plan]
    if not mine:
        forbid()
    pack = turn.pack(mine[0])
    codes = dict(pair.split(":", 1) for pair in pairs)
    units = sorted(
        (pack.tree[code] for code in codes), key=lambda one: pack.tree.area(one.code) or ""
    )
    found = Invitations(
        name=f"ma-moi-{plan}.docx",
        plan=pack.title.vi,
        issuer=pack.coordinator.name,
        moment=turn.now,
        expires=date.fromisoformat(day),
        cards=[_card(turn, mine[0], unit, codes[unit.code]) for unit in units],
    )
    return invitations_docx(found)


def _card(turn: Turn, role: Role, unit: Unit, code: str) -> "Invitation":
    from documents.invitations_docx import Invitation

    pack = turn.pack(role)
    area = pack.tree.area(unit.code)
    links = turn.world.invite_links(code, turn.message.address.channel)
    with_code = [link for link in links if code in link]
    scanned = (with_code or links or [f"/start {code}"])[0]
    return Invitation(
        unit=wording.short_body(pack, unit.code),
        area=pack.tree[area].name if area else pack.province.name,
        code=code,
        scanned=scanned,
        ways=_ways(turn, code, scanned),
    )


def _ways(turn: Turn, code: str, scanned: str) -> list[str]:
    """Tell, in the language of the card, how the unit joins on each channel that has a link."""
    templates = {_PAGE: turn.world.invite_link} if turn.world.invite_link else {}
    templates |= turn.world.links.invitations
    whole = code.replace("-", _UNBROKEN)
    ways = []
    for channel, template in list(templates.items())[:_SHOWN_WAYS]:
        link = template.format(code=code)
        key = "invite.way" if code in link else "invite.way_typed"
        key = "invite.way_scanned" if link == scanned and code in link else key
        name = wording.channel_name("vi", channel)
        ways.append(locales.text("vi", key, channel=name, link=link, code=whole))
    return ways or [locales.text("vi", "invite.way_alone", code=whole)]
