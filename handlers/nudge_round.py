"""Whom one nudge reaches: the units that owe, their people, and the letters to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from documents.reminders import Occasion, Reader, reporter_letter
from handlers.asked import type_words
from handlers.turn import Turn
from plans.calendar import Period, today_of
from plans.ladder import Audience, next_awake, this_afternoon
from plans.pack import Obligation
from plans.people import Contact, Role
from plans.progress import Row, SendState
from storage import nudges, people, summaries
from storage.drafts import Key
from storage.letters import Letter, languages_of
from storage.owed import owed_by
from storage.reminders import Occurrence, State
from storage.standings import progress_of

INVITED, AGAIN, ONLY, OVERDUE = "+invited", "+again", "+only", "+overdue"
FLAGS = (INVITED, AGAIN, ONLY, OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whom a coordinator wants to nudge: below a unit, or `only` that one; one type, or `overdue`.

    `invited` bodies and units that were nudged lately (`again`) only where that is said.
    """

    role: Role
    period: Period
    unit: str
    unit_type: str = ""
    only: bool = False
    overdue: bool = False
    invited: bool = False
    again: bool = False

    @property
    def place(self) -> str:
        """Return the period, the unit and the type as a button carries them."""
        return " ".join(filter(None, (self.period.id, self.unit, type_words(self.unit_type))))

    @property
    def words(self) -> str:
        """Return the wish as a button carries it, without what is said by buttons of their own."""
        flags = (ONLY if self.only else "", OVERDUE if self.overdue else "")
        return " ".join(filter(None, (self.place, *flags)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What a wish comes to now: the units that owe, and who would be written to for each."""

    wish: Wish
    required: Sequence[Row]
    invited: Sequence[Row]
    contacts: Mapping[str, Sequence[Contact]]
    nudged: Mapping[str, datetime]

    @property
    def _chosen(self) -> list[Row]:
        return [*self.required, *(self.invited if self.wish.invited else ())]

    @property
    def unreached(self) -> list[Row]:
        """Return the units without anybody who takes messages."""
        return [row for row in self._chosen if not self.contacts[row.unit.code]]

    @property
    def recent(self) -> list[Row]:
        """Return the units that could be reached and were nudged lately."""
        reached = (row for row in self._chosen if self.contacts[row.unit.code])
        return [row for row in reached if row.unit.code in self.nudged]

    @property
    def told(self) -> list[Row]:
        """Return the units that are written to."""
        reached = (row for row in self._chosen if self.contacts[row.unit.code])
        return [row for row in reached if self.wish.again or row.unit.code not in self.nudged]

    @property
    def people(self) -> dict[int, list[tuple[Contact, Row]]]:
        """Return who is written to, with the units that each letter is about."""
        found: dict[int, list[tuple[Contact, Row]]] = {}
        for row in self.told:
            for contact in self.contacts[row.unit.code]:
                found.setdefault(contact.person_id, []).append((contact, row))
        return found


def round_of(turn: Turn, wish: Wish) -> Round:
    """Read what a wish comes to at this moment."""
    plan, period = wish.role.plan, wish.period
    found = progress_of(
        turn.connection, turn.world, plan, period, turn.today, wish.unit, wish.unit_type
    )
    rows = [row for row in found.rows if _is_owed(turn, wish, row)]
    known = people.contacts(turn.connection, plan)
    active = summaries.last_writers(turn.connection, plan)
    hours = turn.pack(wish.role).calendar.reminders.nudge_again_hours
    since = turn.now - timedelta(hours=hours)
    return Round(
        wish=wish,
        required=[row for row in rows if row.obligation is Obligation.REQUIRED],
        invited=[row for row in rows if row.obligation is Obligation.INVITED],
        contacts={
            row.unit.code: _written_to(row, known.get(row.unit.code, ()), active) for row in rows
        },
        nudged=nudges.nudged_since(turn.connection, plan, period.id, since),
    )


def _is_owed(turn: Turn, wish: Wish, row: Row) -> bool:
    """Say whether a unit can and should send; to mend what was returned is asked one by one."""
    if (wish.only and row.unit.code != wish.unit) or (wish.overdue and not row.overdue):
        return False
    own = turn.world.unit_period(wish.role.plan, wish.period, row.unit.code)
    returned = wish.only and row.state is SendState.RETURNED
    return (returned or not row.state.arrived) and not own.locked(turn.today)


def _written_to(row: Row, known: Sequence[Contact], active: Mapping[str, int]) -> Sequence[Contact]:
    """Return a unit's first person, who last wrote its figures; once it is overdue, everybody."""
    reached = [contact for contact in known if contact.reachable]
    ordered = sorted(reached, key=lambda c: c.person_id != active.get(row.unit.code))
    late = row.overdue and row.obligation is Obligation.REQUIRED
    return ordered if late else ordered[:1]


def sent_at(turn: Turn, wish: Wish) -> datetime:
    """Return when letters that are ordered now go out: at once, or after the quiet hours."""
    return next_awake(turn.pack(wish.role).calendar.reminders, turn.now)


def letters_of(turn: Turn, found: Round, stage: str, person_ids: Sequence[int]) -> list[Letter]:
    """Write to some people all that their units owe, one letter each."""
    wish, at = found.wish, sent_at(turn, found.wish)
    told = found.people
    units = {row.unit.code for person_id in person_ids for _, row in told[person_id]}
    keys = {code: Key(plan=wish.role.plan, period=wish.period.id, unit=code) for code in units}
    owed = owed_by(turn.connection, turn.world, keys.values())
    languages = languages_of(turn.connection, person_ids)
    afternoon = this_afternoon(at, turn.world.working_days) is not None
    written = []
    for person_id in person_ids:
        reader = Reader(language=languages[person_id], today=today_of(at), afternoon=afternoon)
        mine = [
            replace(owed[keys[row.unit.code]], role=contact.role)
            for contact, row in told[person_id]
        ]
        occurrences = [
            _occurrence(keys[row.unit.code], stage, person_id, at) for _, row in told[person_id]
        ]
        written.append(
            Letter(
                person_id=person_id,
                reply=reporter_letter(reader, Occasion.NUDGE, mine),
                occurrences=occurrences,
                not_before=at if at > turn.now else None,
            )
        )
    return written


def _occurrence(key: Key, stage: str, person_id: int, at: datetime) -> Occurrence:
    return Occurrence(
        key=key,
        stage=stage,
        person_id=person_id,
        audience=Audience.NUDGE,
        state=State.POSTED,
        due_at=at,
    )
