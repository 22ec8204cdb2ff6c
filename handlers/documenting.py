"""Documents by chat: a period as a draft report or a table, and a unit's own report."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from documents import wording
from documents.consolidated import Consolidated
from documents.figures import Reader
from handlers.asked import Asked, understand
from handlers.consolidating import consolidate, units_of
from handlers.desks import role_for, roles_for
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import File, Reply, Task
from plans.pack import Obligation
from plans.people import Action, Role
from storage import documents, reports, summaries
from storage.documents import Made
from storage.drafts import Key
from storage.totals import Totals

if TYPE_CHECKING:
    from documents.dhis2_groups import Earlier

DOCUMENT = "document"
UNIT = "unit"
LISTED = 6


def _report(turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.report_docx import report_docx

    place = found.pack.document.place
    return report_docx(found, place=place, today=turn.today, masked=masked)


def _sheet(turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.sheet_xlsx import report_xlsx

    return report_xlsx(found, masked=masked, language=turn.language)


def _table(_turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.table_csv import report_csv

    return report_csv(found, masked=masked)


def _dhis2(turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.dhis2 import data_value_sets
    from documents.dhis2_mapping import default_mapping, read_mapping

    mapping = read_mapping(default_mapping(found.pack))
    return data_value_sets(found, mapping, earlier=_earlier(turn, found), masked=masked)


def _adx(turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.adx import adx
    from documents.dhis2_mapping import default_mapping, read_mapping

    mapping = read_mapping(default_mapping(found.pack))
    return adx(found, mapping, earlier=_earlier(turn, found), masked=masked)


def _earlier(turn: Turn, found: Consolidated) -> "list[Earlier]":
    """Return what was reported earlier in the year: running totals are made of it."""
    from documents.dhis2_groups import Earlier

    totals = Totals(turn.connection, turn.world, found.pack.id, found.period, found.root)
    return [
        Earlier(period=period, units=units_of(turn, totals, period))
        for period in turn.world.year_so_far(found.pack.id, found.period)
    ]


# What writes files is loaded with the first that is asked for.
KINDS: Mapping[str, Callable[[Turn, Consolidated, bool], File]] = {
    "docx": _report,
    "xlsx": _sheet,
    "csv": _table,
    "dhis2": _dhis2,
    "adx": _adx,
}


def offer(turn: Turn, words: str) -> Reply:
    """Offer the documents of a period, and list those that were made."""
    if not roles_for(turn, Action.SEE_OTHERS):
        return _own_report(turn, words)
    role = role_for(turn, Action.SEE_OTHERS, f"/vanban {words}")
    asked = understand(turn, role, words, "/vanban")
    if asked.unit and not turn.pack(role).tree.children(asked.unit):
        return make(turn, f"{UNIT} {asked.period.id} {asked.unit}")
    where = f"{asked.period.id} {asked.unit}".strip()
    lines = [turn.text("document.offer", **_title(turn, role, asked))]
    lines += _made_lines(turn, role, asked)
    choices = [turn.choice(f"document.kind.{kind}", f"/vanbanlap {kind} {where}") for kind in KINDS]
    choices.append(turn.choice("menu.figures", f"/tonghop {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _title(turn: Turn, role: Role, asked: Asked) -> dict[str, object]:
    pack = turn.pack(role)
    here = {
        unit.code
        for unit in turn.world.owing(role.plan, asked.period)
        if pack.obligation(unit) is Obligation.REQUIRED and pack.tree.within(unit.code, asked.unit)
    }
    sent = summaries.sent_in(turn.connection, role.plan, asked.period.id)
    return {
        "period": wording.period_name(turn.language, asked.period),
        "where": pack.tree[asked.unit].name if asked.unit else pack.province.name,
        "sent": len(here & sent.keys()),
        "total": len(here),
    }


def _moment(turn: Turn, at: datetime) -> str:
    return turn.text("document.moment", time=wording.clock(at), day=wording.day(at))


def _made_lines(turn: Turn, role: Role, asked: Asked) -> list[str]:
    found = documents.made(turn.connection, role.plan, asked.period.id, turn.person.id)
    lines = [_made_line(turn, role, one) for one in found[:LISTED]]
    return [turn.text("document.made", count=len(found)), *lines] if lines else []


def _made_line(turn: Turn, role: Role, one: Made) -> str:
    tree = turn.pack(role).tree
    since = documents.changed_since(turn.connection, one.plan, one.period, one.moment)
    changed = [unit for unit in since if unit in tree and tree.within(unit, one.root)]
    line = turn.text(
        "document.line",
        kind=turn.text(f"document.kind.{one.kind}"),
        where=tree[one.root].name if one.root in tree else turn.pack(role).province.name,
        moment=_moment(turn, one.moment),
    )
    return line + (turn.text("document.changed", count=len(changed)) if changed else "")


def _own_report(turn: Turn, words: str) -> Reply:
    """Give an officer the unit's own report, of the period named or of the last that was sent."""
    role = role_for(turn, Action.REPORT, f"/vanban {words}")
    sent = reports.sent_by(turn.connection, role.plan, role.unit)
    period = turn.world.period(role.plan, words.strip().upper()) if words.strip() else None
    if period is None and sent:
        period = turn.world.period(role.plan, sent[0].key.period)
    if period is None:
        raise Refused("document.none_sent")
    return make(turn, f"{UNIT} {period.id} {role.unit}")


def make(turn: Turn, words: str) -> Reply:
    """Take an order for a document: it is made after this answer, and comes with it."""
    role, asked, kind = _ordered(turn, words)
    if kind == UNIT:
        key = Key(plan=role.plan, period=asked.period.id, unit=asked.unit)
        if reports.latest(turn.connection, key) is None:
            raise Refused("document.not_sent", unit=turn.pack(role).tree[asked.unit].name)
    documents.add(
        turn.connection, role.plan, asked.period.id, asked.unit, kind, turn.person.id, turn.now
    )
    moment = _moment(turn, turn.now)
    name = turn.text(f"document.kind.{kind}")
    text = turn.text("document.ready", kind=name, moment=moment, **_title(turn, role, asked))
    if kind == "docx":
        text += "\n" + turn.text("document.draft")
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = () if kind == UNIT else (turn.choice("document.all", f"/vanban {where}"),)
    task = Task(kind=DOCUMENT, words=f"{role.plan} {kind} {where}")
    return Reply(text=text, choices=choices, task=task)


def _ordered(turn: Turn, words: str) -> tuple[Role, Asked, str]:
    kind, _, rest = words.partition(" ")
    if kind not in (UNIT, *KINDS):
        raise Refused("document.which")
    action = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    role = role_for(turn, action, f"/vanbanlap {words}")
    return role, understand(turn, role, rest, "/vanban"), kind


def make_document(turn: Turn, words: str) -> File:
    """Make a document that was ordered, by what the person may see now."""
    plan, kind, rest = words.split(" ", 2)
    action = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    mine = [role for role in roles_for(turn, action) if role.plan == plan]
    if not mine:
        raise Refused("refused.forbidden")
    role = next((role for role in mine if role.id == turn.talk.role), mine[0])
    asked = understand(turn, role, rest, "/vanban")
    found = consolidate(turn, role, asked)
    if kind == UNIT:
        from documents.report_docx import unit_docx

        return unit_docx(found, asked.unit)
    reader = Reader(pack=found.pack, role=role)
    types = frozenset(found.pack.unit_types)
    masked = any(reader.masks(code, asked.unit, types) for code in found.pack.indicators)
    return KINDS[kind](turn, found, masked)


def tell_of_correction(turn: Turn, key: Key) -> None:
    """Tell whoever made a document of a unit's figures that these were corrected since."""
    tree = turn.world.packs[key.plan].tree
    affected = [
        one
        for one in documents.unwarned(turn.connection, key.plan, key.period)
        if tree.within(key.unit, one.root) and one.moment < turn.now
    ]
    period = turn.world.period(key.plan, key.period)
    by_person: dict[int, list[Made]] = {}
    for one in affected:
        by_person.setdefault(one.person_id, []).append(one)
    for person_id, made in by_person.items():
        if person_id == turn.person.id or period is None:
            continue
        turn.tell(
            person_id,
            "document.affected",
            ("document.all", f"/vanban {key.period}"),
            unit=wording.body_name(turn.world.packs[key.plan], key.unit),
            period=lambda language: wording.period_name(language, period),
            count=len(made),
        )
    documents.warn(turn.connection, [one.id for one in affected], turn.now)
