"""A coordinator closes a period, with what is missing on record, and opens it again."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from documents import wording
from handlers.asked import Asked, understand
from handlers.desks import role_for
from handlers.turn import Turn
from plans.calendar import Period, end_of
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import Obligation
from plans.people import Action, Role
from plans.progress import Row, SendState
from plans.spelling import plain
from storage import closures, reports
from storage.drafts import Key
from storage.standings import progress_of

NAMED, OPEN_DAYS = 12, 3
WHOLE = "+caky"
_WHOLE = re.compile(r"\b(?:tat ca|toan bo|ca ky|all|everybody|whole period)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What a period lacks at the moment of its closing."""

    not_sent: tuple[Row, ...]
    invited: tuple[Row, ...]
    begun: tuple[Row, ...]
    returned: tuple[Row, ...]
    not_accepted: tuple[Row, ...]

    @property
    def kinds(self) -> dict[str, tuple[Row, ...]]:
        """Return the rows of each kind by its name."""
        return {
            "not_sent": self.not_sent,
            "invited": self.invited,
            "begun": self.begun,
            "returned": self.returned,
            "not_accepted": self.not_accepted,
        }

    def as_stored(self) -> dict[str, object]:
        """Return plain values: units with their reasons."""
        return {
            "not_sent": [
                {"unit": row.unit.code, "reason": row.reason, "begun": row in self.begun}
                for row in self.not_sent
            ],
            "invited": [row.unit.code for row in self.invited],
            "returned": [row.unit.code for row in self.returned],
            "not_accepted": [row.unit.code for row in self.not_accepted],
        }


def close(turn: Turn, words: str) -> Reply:
    """Show what would be missing if the period were closed now, and ask."""
    role, asked = _wish(turn, words, "/khoaky")
    found = _missing(turn, role, asked)
    where = f"{asked.period.id} {asked.unit}".strip()
    lines = [*_before_deadline(turn, asked.period, len(found.not_sent)), *_lines(turn, found)]
    return turn.say(
        "closing.confirm",
        turn.once("closing.yes", f"/khoakychot {where}"),
        turn.once("closing.no", "/start"),
        period=_name(turn, role, asked),
        missing="\n".join(lines),
    )


def _before_deadline(turn: Turn, period: Period, owing: int) -> list[str]:
    """Say that the deadline is still to come, and how many may yet send in time."""
    if turn.today > period.last_on_time:
        return []
    left = wording.days_left(turn.language, period, turn.today)
    deadline = wording.deadline(turn.language, period)
    return [turn.text("closing.still_running", deadline=deadline, left=left, count=owing)]


def closed(turn: Turn, words: str) -> Reply:
    """Close a period that was confirmed: nobody sends or corrects any more unless unlocked."""
    role, asked = _wish(turn, words, "/khoakychot")
    found, period = _missing(turn, role, asked), asked.period
    key = Key(plan=role.plan, period=period.id, unit=asked.unit)
    closures.close(turn.connection, key, found.as_stored(), turn.person.id, turn.now)
    tree = turn.pack(role).tree
    for unit in closures.unlocked_units(turn.connection, role.plan, period.id, turn.now):
        if unit in tree and tree.within(unit, asked.unit):
            closures.end_unlocks(turn.connection, role.plan, period.id, unit, turn.now)
    counts = {name: len(units) for name, units in found.kinds.items()}
    turn.audit("period.closed", key, after=counts)
    where = f"{period.id} {asked.unit}".strip()
    return turn.say(
        "closing.done",
        turn.choice("closing.reopen", f"/mokhoa {where} {WHOLE}"),
        turn.choice("menu.progress", f"/tiendo {where}"),
        turn.choice("menu.documents", f"/vanban {where}"),
        period=_name(turn, role, asked),
        count=len(found.not_sent),
        accept=len(found.not_accepted),
    )


def _wish(turn: Turn, words: str, command: str) -> tuple[Role, Asked]:
    """Read which period is closed below whom; refuse what is closed, or not open yet."""
    role = role_for(turn, Action.COORDINATE, f"{command} {words}".strip())
    asked = understand(turn, role, words, command)
    turn.require(role, Action.COORDINATE, asked.unit)
    name = _name(turn, role, asked)
    if asked.period.opens > turn.today:
        raise Refused("closing.not_open", period=name, opens=asked.period.opens)
    above = [unit.code for unit in turn.pack(role).tree.above(asked.unit)]
    here = ("", asked.unit, *above)
    if closing := turn.world.decisions.closing(role.plan, asked.period.id, here):
        raise Refused("closing.already", period=name, day=wording.day(closing.closed_at))
    return role, asked


def _name(turn: Turn, role: Role, asked: Asked) -> str:
    name = wording.period_name(turn.language, asked.period)
    return f"{name} · {turn.pack(role).tree[asked.unit].name}" if asked.unit else name


def _missing(turn: Turn, role: Role, asked: Asked) -> Missing:
    progress = progress_of(
        turn.connection, turn.world, role.plan, asked.period, turn.today, asked.unit
    )
    owing = [row for row in progress.rows if not row.state.arrived]
    sent = [row for row in progress.rows if row.state.arrived]
    return Missing(
        not_sent=tuple(row for row in owing if row.obligation is Obligation.REQUIRED),
        invited=tuple(row for row in owing if row.obligation is Obligation.INVITED),
        begun=tuple(row for row in owing if row.state is SendState.BEGUN),
        returned=tuple(row for row in sent if row.state is SendState.RETURNED),
        not_accepted=tuple(row for row in sent if not row.accepted),
    )


def _lines(turn: Turn, found: Missing) -> list[str]:
    """Tell what is missing, required units by name and with their reasons."""
    lines = []
    for name, rows in found.kinds.items():
        if rows:
            shown = "; ".join(_with_reason(row) for row in rows[:NAMED])
            names = f"{shown}; …" if len(rows) > NAMED else shown
            lines.append(turn.text(f"closing.{name}", count=len(rows), names=names))
    return lines or [turn.text("closing.nothing_missing")]


def _with_reason(row: Row) -> str:
    reason = row.reason if not row.state.arrived else ""
    return f"{row.unit.name} ({reason})" if reason else row.unit.name


def means_whole(words: str) -> bool:
    """Say whether words ask to unlock a whole period rather than one unit."""
    return WHOLE in words.split() or bool(_WHOLE.search(plain(words)))


def _opening(turn: Turn, words: str, command: str) -> tuple[Role, Asked, list[closures.Closed]]:
    """Read which period is opened again below whom, and what had closed it there."""
    named = " ".join(word for word in words.split() if word != WHOLE)
    named = _WHOLE.sub(" ", plain(named)) if WHOLE not in words.split() else named
    role = role_for(turn, Action.COORDINATE, f"{command} {words}".strip())
    asked = understand(turn, role, named, command)
    turn.require(role, Action.COORDINATE, asked.unit)
    tree, name = turn.pack(role).tree, _name(turn, role, asked)
    found = closures.of_period(turn.connection, role.plan, asked.period.id)
    above = {"", *(unit.code for unit in tree.above(asked.unit))} - {asked.unit}
    if any(one.key.unit in above for one in found):
        raise Refused("closing.above", period=name, body=turn.pack(role).coordinator.short)
    below = [one for one in found if tree.within(one.key.unit or "", asked.unit)] if found else []
    if not below and not asked.period.locked(turn.today):
        raise Refused("closing.not_closed", period=name, lock=asked.period.lock)
    return role, asked, below


def reopen(turn: Turn, words: str) -> Reply:
    """Ask before a whole period is opened again."""
    role, asked, _ = _opening(turn, words, "/mokhoa")
    where = f"{asked.period.id} {asked.unit}".strip()
    return turn.say(
        "closing.reopen_confirm",
        turn.once("closing.reopen", f"/mokhoaky {where}"),
        turn.once("card.later", "/start"),
        period=_name(turn, role, asked),
        until=_until(turn, asked.period),
    )


def reopened(turn: Turn, words: str) -> Reply:
    """Open a whole period again: to its own lock, or for some days where that has passed."""
    role, asked, below = _opening(turn, words, "/mokhoaky")
    key = Key(plan=role.plan, period=asked.period.id, unit=asked.unit)
    for one in below:
        closures.reopen(turn.connection, one, turn.person.id, turn.now)
    until = _until(turn, asked.period)
    if _own_lock(asked.period) < turn.today:
        tree = turn.pack(role).tree
        for unit in turn.world.owing(role.plan, asked.period):
            if tree.within(unit.code, asked.unit):
                own = Key(plan=role.plan, period=asked.period.id, unit=unit.code)
                reports.add_unlock(turn.connection, own, end_of(until), turn.person.id, turn.now)
    turn.audit("period.reopened", key, after={"until": until.isoformat()})
    where = f"{asked.period.id} {asked.unit}".strip()
    return turn.say(
        "closing.reopened",
        turn.choice("menu.progress", f"/tiendo {where}"),
        turn.choice("closing.again", f"/khoaky {where}"),
        period=_name(turn, role, asked),
        until=until,
    )


def _own_lock(period: Period) -> date:
    """Return the lock that the calendar gives, whether a coordinator closed the period or not."""
    return period.lock_if_open if period.closed_at and period.lock_if_open else period.lock


def _until(turn: Turn, period: Period) -> date:
    lock = _own_lock(period)
    return lock if lock >= turn.today else turn.today + timedelta(days=OPEN_DAYS)
