"""Codes for many units at once: what will be issued first, then one file that holds them all."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from documents import wording
from handlers.code_issuing import issue
from handlers.desks import role_for
from handlers.invited_units import Chosen, chosen_in, narrower, units_of
from handlers.joining import VALID_FOR
from handlers.printing import cards_task
from handlers.turn import Turn, with_file
from plans.calendar import local
from plans.errors import Refused
from plans.messages import File, Reply
from plans.people import Action
from plans.units import Unit
from storage import join_codes, membership

# A file to print takes some milliseconds a card, beside the chat.
CARDS_MOST = 1000
_PRINT, _TABLE = "in", "csv"


def preview(turn: Turn, chosen: Chosen) -> Reply:
    """Say for how many units codes would be issued, and what ends by it; nothing is issued yet."""
    units = units_of(turn, chosen)
    others = narrower(turn, chosen)
    if not units:
        if not others:
            raise Refused("invite.nobody_left")
        return turn.say("invite.nobody_here", *others, where=_where(turn, chosen))
    joined = "invite.preview_all" if chosen.also_joined else "invite.preview"
    lines = [turn.text(joined, count=len(units), where=_where(turn, chosen))]
    lines += _by_type(turn, chosen, units)
    lines.append(turn.text("invite.valid", expires=_expires(turn)))
    codes = {unit.code for unit in units}
    open_ = membership.open_codes(turn.connection, chosen.role.plan, turn.now)
    if ended := sum(code.unit in codes for code in open_):
        lines.append(turn.text("invite.ends", count=ended))
    lines.append(turn.text("invite.only_copy"))
    choices = []
    if len(units) <= CARDS_MOST:
        words = f"/moicap {_PRINT} {chosen.words}"
        choices.append(turn.once("invite.to_print", words, count=len(units)))
    else:
        lines.append(turn.text("invite.too_many", most=CARDS_MOST))
    choices.append(
        turn.once("invite.to_table", f"/moicap {_TABLE} {chosen.words}", count=len(units))
    )
    choices.append(turn.once("card.later", "/start"))
    return Reply(text="\n".join(lines), choices=(*choices, *others))


def _where(turn: Turn, chosen: Chosen) -> str:
    pack = turn.pack(chosen.role)
    if not chosen.root:
        return pack.province.name
    return pack.tree.title(chosen.root)


def _by_type(turn: Turn, chosen: Chosen, units: Sequence[Unit]) -> list[str]:
    pack = turn.pack(chosen.role)
    counted = Counter(unit.type for unit in units)
    return [
        turn.text(
            "invite.of_type",
            name=pack.unit_types[key].name.in_language(turn.language),
            count=counted[key],
        )
        for key in pack.unit_types
        if counted[key]
    ]


def _expires(turn: Turn) -> date:
    return local(turn.now + VALID_FOR).date()


def issue_chosen(turn: Turn, words: str) -> Reply:
    """Issue the codes that were shown; earlier unused ones of the same units end."""
    form, _, rest = words.strip().partition(" ")
    role = role_for(turn, Action.COORDINATE, f"/moicap {words}")
    chosen = chosen_in(turn, role, rest or "tatca")
    if chosen is None or form not in (_PRINT, _TABLE):
        raise Refused("invite.nobody_left")
    units = units_of(turn, chosen)
    if not units or (form == _PRINT and len(units) > CARDS_MOST):
        return preview(turn, chosen)
    codes: dict[str, str] = {}
    for unit in units:
        join_codes.withdraw(turn.connection, role.plan, unit.code, turn.now)
        codes[unit.code] = issue(turn, role.plan, unit.code)
    reply = turn.say("invite.all_done", count=len(units), expires=_expires(turn))
    if form == _PRINT:
        return replace(reply, task=cards_task(role.plan, _expires(turn), codes))
    return with_file(reply, _to_table(turn, chosen, units, codes))


def _to_table(turn: Turn, chosen: Chosen, units: Sequence[Unit], codes: dict[str, str]) -> File:
    pack, channel = turn.pack(chosen.role), turn.message.address.channel
    expires = local(turn.now + VALID_FOR).date()
    table = io.StringIO()
    rows = csv.writer(table)
    columns = ["code", "unit", "above", "join", "expires"]
    columns += ["link"] if turn.world.invite_links("", channel) else []
    rows.writerow([turn.text(f"invite.column.{name}") for name in columns])
    for unit in units:
        above = next((other.name for other in pack.tree.above(unit.code)), "")
        name, code = wording.short_body(pack, unit.code), codes[unit.code]
        link = turn.world.invite_links(code, channel)[:1]
        row = [unit.code, name, above, code, f"{expires:%d/%m/%Y}", *link]
        rows.writerow(map(_cell, row))
    # The mark at the start makes spreadsheet programs read the accents.
    content = ("\ufeff" + table.getvalue()).encode()
    return File(name=f"ma-moi-{chosen.role.plan}.csv", media_type="text/csv", content=content)


def _cell(words: str) -> str:
    """Keep a spreadsheet program from taking a name for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words
