"""A coordinator gives one unit, or all below one, more time for a period's report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from documents import wording
from handlers.asked import example_unit, understand
from handlers.desks import role_for
from handlers.spoken_day import Spoken, day_meant, spoken_day, working_days_later
from handlers.turn import Turn
from plans.calendar import Period
from plans.decisions import SetDeadline, extended
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role
from plans.spelling import plain
from plans.units import Unit
from storage import decisions, people, reports, summaries
from storage.drafts import Key

OFFERED, NAMED = (1, 3, 7), 12
ALL, ALONE = "tatca", "chirieng"
_ALL = re.compile(
    r"\b(?:tatca|tat ca|toan bo|all)\b(?: cac\b)?(?: don vi\b| units\b)?"
    r"(?: (?:cua|thuoc|trong|of|in)\b)?"
    r"|\b(?:ca|toan) (?=(?:huyen|thi xa|thanh pho|quan|tp|tx)\b)"
)
_ALONE = re.compile(r"\b(?:chirieng|chi rieng|rieng|only)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Who gets more time, for what, and until when; `owing` has each unit's period as it is."""

    role: Role
    period: Period
    unit: str
    whom: str
    owing: tuple[tuple[Unit, Period], ...]
    spoken: Spoken | None

    def command(self, name: str, until: date | None = None) -> str:
        """Return the command that goes on with this extension."""
        day = f"{until:%Y-%m-%d}" if until else self.spoken.carried if self.spoken else ""
        return " ".join(f"{name} {self.period.id} {self.unit} {day} {self.whom}".split())


def extend(turn: Turn, words: str) -> Reply:
    """Extend a deadline: ask whom and until when where that is open, then for a confirmation."""
    wish = _wish(turn, words, "/giahan")
    pack = turn.pack(wish.role)
    if wish.spoken:
        day_meant(wish.spoken, _base(turn, wish), turn.world.working_days)
    if not wish.whom and pack.tree.children(wish.unit):
        return _ask_whom(turn, wish)
    if wish.spoken is None:
        return _ask_day(turn, wish)
    until, gaining = _gaining(turn, wish)
    return turn.say(
        "extension.confirm_all" if wish.whom == ALL else "extension.confirm",
        turn.once("deadline.yes", wish.command("/chogiahan", until)),
        turn.once("deadline.no", "/start"),
        period=wording.period_name(turn.language, wish.period),
        unit=_name(turn, wish),
        count=len(gaining),
        old=wording.deadline(turn.language, gaining[0][1]),
        names=_names(gaining),
        new=until,
        remarks=_remarks(turn, wish, until, gaining),
    )


def grant(turn: Turn, words: str) -> Reply:
    """Extend a deadline that was confirmed, and tell the units' reporters."""
    wish = _wish(turn, words, "/chogiahan")
    undecided = not wish.whom and turn.pack(wish.role).tree.children(wish.unit)
    if undecided or wish.spoken is None:
        return extend(turn, words)
    until, gaining = _gaining(turn, wish)
    for unit, own in gaining:
        key = Key(plan=wish.role.plan, period=wish.period.id, unit=unit.code)
        decisions.set_deadline(turn.connection, key, until, turn.person.id, turn.now)
        before, after = {"until": own.last_day.isoformat()}, {"until": until.isoformat()}
        turn.audit("deadline.extended", key, before=before, after=after)
    last = turn.world.working_days.on_or_after(until)
    told, silent = _tell(turn, wish, gaining, last)
    done = "extension.done_all" if wish.whom == ALL else "extension.done"
    text = turn.text(done, unit=_name(turn, wish), count=len(gaining), until=last, told=told)
    if silent:
        text += " " + turn.text("extension.silent", count=silent)
    where = f"{wish.period.id} {wish.unit}"
    return Reply(text=text, choices=(turn.choice("menu.progress", f"/tiendo {where}"),))


def _wish(turn: Turn, words: str, command: str) -> Extension:
    """Read whom, which period and until when from words, or from what a button carries."""
    role = role_for(turn, Action.COORDINATE, f"{command} {words}")
    pack = turn.pack(role)
    whom, text = "", plain(words)
    for meant, pattern in ((ALL, _ALL), (ALONE, _ALONE)):
        if pattern.search(text):
            whom, text = meant, " ".join(pattern.sub(" ", text, count=1).split())
    names = frozenset(name for names in pack.tree.plain_names.values() for name in names)
    spoken, text = spoken_day(text, names)
    carried = f"{command} {spoken.carried if spoken else ''} {whom}".strip()
    asked = understand(turn, role, text, carried)
    if not asked.named or not asked.unit:
        raise Refused("extension.which", example=example_unit(pack))
    turn.require(role, Action.COORDINATE, asked.unit)
    if not pack.tree.children(asked.unit):
        whom = ""
    owing = _owing(turn, role, asked.period, asked.unit, whom)
    return Extension(
        role=role, period=asked.period, unit=asked.unit, whom=whom, owing=owing, spoken=spoken
    )


def _owing(
    turn: Turn, role: Role, period: Period, root: str, whom: str
) -> tuple[tuple[Unit, Period], ...]:
    """Return the units that have not sent, or must mend, each with its period; refuse none."""
    tree = turn.pack(role).tree
    below = whom != ALONE
    asked = [
        unit
        for unit in turn.world.owing(role.plan, period)
        if unit.code == root or (below and tree.within(unit.code, root))
    ]
    name = wording.short_body(turn.pack(role), root)
    if not asked:
        raise Refused("unit.owes_nothing", unit=name)
    returned = reports.open_returns(turn.connection, role.plan, period.id)
    sent = summaries.sent_in(turn.connection, role.plan, period.id).keys() - returned
    owing = [unit for unit in asked if unit.code not in sent]
    if not owing:
        raise Refused("extension.sent", unit=name)
    return tuple((unit, turn.world.unit_period(role.plan, period, unit.code)) for unit in owing)


def _gaining(turn: Turn, wish: Extension) -> tuple[date, list[tuple[Unit, Period]]]:
    """Return the new last day and whom it helps; refuse a day that helps nobody."""
    if wish.spoken is None:
        raise Refused("extension.no_day")
    days = turn.world.working_days
    until = day_meant(wish.spoken, _base(turn, wish), days)
    if until < turn.today:
        raise Refused("deadline.past", day=until)
    rolled = days.on_or_after(until)
    gaining = [(unit, own) for unit, own in wish.owing if own.last_on_time < rolled]
    if not gaining:
        latest = max(own.last_on_time for _, own in wish.owing)
        raise Refused("extension.not_later", day=until, old=latest)
    return until, gaining


def _base(turn: Turn, wish: Extension) -> date:
    """Return the day from which more days are counted: the present last one, or today."""
    own = wish.period if wish.whom == ALL else wish.owing[0][1]
    return max(turn.today, own.last_on_time)


def _name(turn: Turn, wish: Extension) -> str:
    if wish.whom == ALL:
        return _area(turn, wish)
    return wording.body_name(turn.pack(wish.role), wish.unit)


def _area(turn: Turn, wish: Extension) -> str:
    name = turn.pack(wish.role).tree.title(wish.unit)
    return name[0].lower() + name[1:]


def _names(gaining: list[tuple[Unit, Period]]) -> str:
    names = [unit.name for unit, _ in gaining[:NAMED]]
    return "; ".join(names) + ("; …" if len(gaining) > NAMED else "")


def _remarks(turn: Turn, wish: Extension, until: date, gaining: list[tuple[Unit, Period]]) -> str:
    """Say what a new deadline brings with it: a day off that rolls it, a lock that opens again."""
    own = gaining[0][1]
    found = SetDeadline(
        plan=wish.role.plan, period=own.id, unit=wish.unit, until=until, set_at=turn.now
    )
    new = extended(own, found, turn.world.working_days)
    remarks = []
    if new.last_on_time != until:
        remarks.append(turn.text("deadline.rolled", day=until, rolled=new.last_on_time))
    if own.locked(turn.today):
        remarks.append(turn.text("extension.opens", lock=own.lock, until=new.lock))
    left_out = len(wish.owing) - len(gaining)
    if left_out:
        remarks.append(turn.text("extension.left_out", count=left_out))
    return "".join(f"\n{remark}" for remark in remarks)


def _ask_whom(turn: Turn, wish: Extension) -> Reply:
    pack = turn.pack(wish.role)
    command = wish.command("/giahan")
    choices = [turn.once("extension.all", f"{command} {ALL}", count=len(wish.owing))]
    if any(unit.code == wish.unit for unit, _ in wish.owing):
        name = wording.short_body(pack, wish.unit)
        choices.append(turn.once("extension.alone", f"{command} {ALONE}", unit=name))
    choices.append(turn.once("deadline.no", "/start"))
    return turn.say("extension.whom", *choices, unit=_area(turn, wish))


def _ask_day(turn: Turn, wish: Extension) -> Reply:
    base, days = _base(turn, wish), turn.world.working_days
    offered = {count: working_days_later(base, count, days) for count in OFFERED}
    example = offered[OFFERED[1]]
    choices = []
    for count, day in offered.items():
        choices.append(
            turn.once("extension.offer", wish.command("/giahan", day), count=count, day=day)
        )
    own, name = wish.owing[0][1], turn.pack(wish.role).tree[wish.unit].name
    return turn.say(
        "extension.until",
        *choices,
        turn.once("deadline.no", "/start"),
        period=wording.period_name(turn.language, wish.period),
        unit=_name(turn, wish),
        old=wording.deadline(turn.language, own),
        left=wording.days_left(turn.language, own, turn.today),
        example=f"/giahan {name} {example.day}/{example.month}",
    )


def _tell(
    turn: Turn, wish: Extension, gaining: Iterable[tuple[Unit, Period]], until: date
) -> tuple[int, int]:
    """Tell each reporter once; return how many were told, and how many units nobody hears for."""
    pack = turn.pack(wish.role)
    contacts = people.contacts(turn.connection, wish.role.plan)
    told: dict[int, list[tuple[int, str]]] = {}
    silent = 0
    for unit, _ in gaining:
        known = [contact for contact in contacts.get(unit.code, ()) if contact.reachable]
        silent += not known
        for contact in known:
            if contact.person_id != turn.person.id:
                told.setdefault(contact.person_id, []).append((contact.role, unit.code))
    for person_id, reported in told.items():
        enter = f"/baocao {wish.period.id}"
        turn.tell(
            person_id,
            "extension.notice",
            ("menu.report", f"/donvi {reported[0][0]} {enter}" if len(reported) == 1 else enter),
            body=pack.coordinator.short,
            period=lambda language: wording.period_name(language, wish.period),
            unit="; ".join(wording.body_name(pack, code) for _, code in reported),
            until=until,
        )
    return len(told), silent
