"""Documents by chat: a period as a draft report or a table, and a unit's own report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from documents.consolidated import Consolidated
from documents.wording import body_name, period_name
from handlers.asked import Asked, understand
from handlers.consolidating import consolidate
from handlers.desks import role_for, roles_for
from handlers.exchanging import adx_xml, completion, dxf2
from handlers.outdated import kind_text, made_lines, moment_text, periods_in
from handlers.spoken_period import spoken_period
from handlers.turn import Turn, forbid
from plans.calendar import Period
from plans.dialogue import SMALL_BELOW
from plans.errors import Forbidden, Refused
from plans.messages import Choice, File, Reply, Task
from plans.people import Action, Role, may
from plans.spelling import plain
from storage import documents, reports
from storage.drafts import Key
from storage.masked import anything_hidden
from storage.sendings import required_sent

DOCUMENT = "document"
UNIT = "unit"
DXF2 = "dhis2"
COMPLETION = "completion"
INTERNAL = "+du"
OWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A document that somebody wants; an `internal` one has small counts of people in it."""

    role: Role
    asked: Asked
    kind: str
    internal: bool = False

    @property
    def where(self) -> str:
        """Return the period and the unit as a button carries them."""
        return f"{self.asked.period.id} {self.asked.unit}".strip()

    @property
    def words(self) -> str:
        """Return what orders the document once more."""
        return f"{self.kind} {self.where}" + (f" {INTERNAL}" if self.internal else "")


def _report(turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.report_docx import report_docx

    return report_docx(found, today=turn.today, masked=masked)


def _sheet(turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.sheet_xlsx import report_xlsx

    return report_xlsx(found, masked=masked, language=turn.language)


def _table(_turn: Turn, found: Consolidated, masked: bool) -> File:
    from documents.table_csv import report_csv

    return report_csv(found, masked=masked)


# What writes files is loaded with the first that is asked for.
KINDS: Mapping[str, Callable[[Turn, Consolidated, bool], File]] = {
    "docx": _report,
    "xlsx": _sheet,
    "csv": _table,
    DXF2: dxf2,
    COMPLETION: completion,
    "adx": adx_xml,
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
    lines += made_lines(turn, role.plan, asked.period)
    # The days of completion go to DHIS2 after the values: they are offered with those.
    offered = [kind for kind in KINDS if kind != COMPLETION]
    choices = [_order(turn, kind, where) for kind in offered]
    if asked.unit and reports.latest(turn.connection, _key(role, asked)):
        choices.append(_order(turn, UNIT, where))
    choices.append(turn.choice("menu.figures", f"/tonghop {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _order(turn: Turn, kind: str, where: str) -> Choice:
    return turn.choice(f"document.kind.{kind}", f"/vanbanlap {kind} {where}")


def _key(role: Role, asked: Asked) -> Key:
    return Key(plan=role.plan, period=asked.period.id, unit=asked.unit)


def _title(turn: Turn, role: Role, asked: Asked, *, alone: bool = False) -> dict[str, object]:
    """Return of what a document is, from how many reports; `alone`: from the unit's own."""
    pack, (sent, total) = turn.pack(role), (1, 1)
    if not alone:
        sent, total = required_sent(
            turn.connection, turn.world, role.plan, asked.period, asked.unit
        )
    return {
        "period": period_name(turn.language, asked.period),
        "where": pack.tree[asked.unit].name if asked.unit else pack.province.name,
        "sent": sent,
        "total": total,
    }


def _own_report(turn: Turn, words: str) -> Reply:
    """Give an officer the unit's own report, of the period named or of the last that was sent."""
    role = role_for(turn, Action.REPORT, f"/vanban {words}")
    sent = _periods_sent(turn, role.plan, role.unit)
    if not sent:
        raise Refused("document.none_sent")
    try:
        period = _named_period(turn, role, words) or sent[0]
    except Refused as refused:
        key, args = refused.key, refused.args_for_text
        return turn.say(key, *_own_choices(turn, role.unit, sent), **args)
    return make(turn, f"{UNIT} {period.id} {role.unit}")


def _named_period(turn: Turn, role: Role, words: str) -> Period | None:
    """Return the period that an officer names, None where nothing but the unit is named."""
    if not words.strip():
        return None
    try:
        asked = understand(turn, role, words, "/vanban")
    except Forbidden:
        raise Refused("document.unclear", words=words.strip()) from None
    codes = [word for word in words.split() if turn.world.period(role.plan, word.upper())]
    spoken, _ = spoken_period(turn, role, plain(words))
    return asked.period if codes or spoken else None


def _periods_sent(turn: Turn, plan: str, unit: str) -> list[Period]:
    """Return the periods that a unit has sent, the last sent first."""
    sent = reports.sent_by(turn.connection, plan, unit)
    found = [turn.world.period(plan, report.key.period) for report in sent]
    return [period for period in found if period]


def _own_choices(turn: Turn, unit: str, periods: list[Period]) -> list[Choice]:
    """Offer a unit's own report of some periods."""
    return [
        turn.choice(
            "document.period",
            f"/vanbanlap {UNIT} {period.id} {unit}",
            period=period_name(turn.language, period),
        )
        for period in periods[:OWN]
    ]


def make(turn: Turn, words: str) -> Reply:
    """Take an order for a document: it is made after this answer, and comes with it."""
    order = _ordered(turn, words)
    role, asked = order.role, order.asked
    if order.kind == UNIT and (refusal := _not_sent(turn, role, asked)):
        return refusal
    documents.add(
        turn.connection,
        role.plan,
        asked.period.id,
        asked.unit,
        order.kind,
        turn.person.id,
        turn.now,
        internal=order.internal,
    )
    lines = [_ready(turn, order)]
    if order.kind == "docx":
        lines.append(turn.text("document.draft"))
    if order.kind == DXF2:
        lines.append(turn.text("document.completion_next"))
    if order.internal:
        lines.append(turn.text("document.internal_only"))
    choices = _next(turn, order)
    if _leaves_out(turn, order):
        lines.append(turn.text("document.to_pass_on", below=SMALL_BELOW))
        choices.insert(0, turn.choice("document.internal", f"/vanbanlap {order.words} {INTERNAL}"))
    task = Task(kind=DOCUMENT, words=f"{role.plan} {order.words}")
    return Reply(text="\n".join(lines), choices=tuple(choices), task=task)


def _ready(turn: Turn, order: Order) -> str:
    return turn.text(
        "document.ready",
        kind=kind_text(turn.language, order.kind, internal=order.internal),
        moment=moment_text(turn.language, turn.now),
        **_title(turn, order.role, order.asked, alone=order.kind == UNIT),
    )


def _not_sent(turn: Turn, role: Role, asked: Asked) -> Reply | None:
    """Say that a unit has not sent what its own report would be made of, and offer what it has."""
    if reports.latest(turn.connection, _key(role, asked)):
        return None
    if not asked.unit:
        raise Refused("document.which")
    choices = _own_choices(turn, asked.unit, _periods_sent(turn, role.plan, asked.unit))
    if turn.may(role, Action.SEE_OTHERS, asked.unit):
        choices.append(turn.choice("menu.progress", f"/tiendo {asked.period.id}"))
    return turn.say(
        "document.not_sent",
        *choices,
        unit=body_name(turn.pack(role), asked.unit),
        period=period_name(turn.language, asked.period),
    )


def _next(turn: Turn, order: Order) -> list[Choice]:
    """Offer what goes on from a document."""
    role, asked, choices = order.role, order.asked, []
    if order.kind == DXF2:
        choices.append(_order(turn, COMPLETION, order.where))
    if turn.may(role, Action.SEE_OTHERS, asked.unit):
        whole = asked.unit if turn.pack(role).tree.children(asked.unit) else role.unit
        choices.append(turn.choice("document.all", f"/vanban {asked.period.id} {whole}".strip()))
        if order.kind == UNIT:
            choices.append(turn.choice("behalf.show", f"/xem {order.where}"))
        return choices
    periods = _periods_sent(turn, role.plan, asked.unit)
    others = [period for period in periods if period.id != asked.period.id]
    return [turn.choice("menu.status", "/trangthai"), *_own_choices(turn, asked.unit, others)]


def _leaves_out(turn: Turn, order: Order) -> bool:
    """Say whether small counts are left out that who ordered may have in a copy of their own."""
    if not order.role.sees_all or order.internal or order.kind in (UNIT, COMPLETION):
        return False
    plan, asked = order.role.plan, order.asked
    periods = periods_in(turn, order.kind, plan, asked.period, asked.unit)
    calendar = turn.world.calendars[plan]
    return anything_hidden(turn.connection, turn.pack(order.role), calendar, periods, asked.unit)


def _ordered(turn: Turn, words: str) -> Order:
    kind, _, rest = words.partition(" ")
    if kind not in (UNIT, *KINDS):
        raise Refused("document.which")
    action = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    role = role_for(turn, action, f"/vanbanlap {words}")
    return _order_of(turn, role, kind, rest)


def _order_of(turn: Turn, role: Role, kind: str, rest: str) -> Order:
    """Read what a document is to be of; a whole copy is for who may see all."""
    named = [word for word in rest.split() if word != INTERNAL]
    internal = INTERNAL in rest.split() and kind not in (UNIT, COMPLETION)
    if internal and not role.sees_all:
        forbid()
    asked = understand(turn, role, " ".join(named), "/vanban")
    return Order(role=role, asked=asked, kind=kind, internal=internal)


def make_document(turn: Turn, words: str) -> File:
    """Make a document that was ordered, by what the person may see now."""
    plan, kind, rest = words.split(" ", 2)
    action = Action.SEE_OTHERS if roles_for(turn, Action.SEE_OTHERS) else Action.SEE
    mine = [role for role in roles_for(turn, action) if role.plan == plan]
    if not mine:
        forbid()
    role = next((role for role in mine if role.id == turn.talk.role), mine[0])
    order = _order_of(turn, role, kind, rest)
    found = consolidate(turn, role, order.asked, internal=order.internal)
    if kind == UNIT:
        from documents.report_docx import unit_docx

        open_ = may(role, Action.SEE_UNMASKED, order.asked.unit, found.pack.tree)
        return unit_docx(found, order.asked.unit, masked=not open_)
    return KINDS[kind](turn, found, not order.internal)
