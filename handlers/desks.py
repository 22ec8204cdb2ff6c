"""The desk a reporter sits at: one unit, one period, its draft, and what was sent before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from documents.wording import body_name, day, period_name
from handlers.turn import Turn
from plans.calendar import Period, local
from plans.checks import Past
from plans.dialogue import Answer, Answers, Draft, questions_in
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.pack import Pack
from plans.people import Action, Role, RoleKind
from storage import drafts, reports
from storage.drafts import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything about one unit's report of one period, as it stands in this transaction.

    The role is the one that writes: a focal point's, or a coordinator's acting for the unit.
    """

    role: Role
    pack: Pack
    period: Period
    key: Key
    draft_id: int
    draft: Draft
    past: Past
    sent: Answers

    @property
    def on_behalf(self) -> bool:
        """Say whether a coordinator writes for a unit that telephoned."""
        return self.role.kind is not RoleKind.FOCAL_POINT

    def answering(self, changes: Mapping[str, Answer | None]) -> "Desk":
        """Return the desk with answers written over, or taken back where there is None."""
        answers = {**self.draft.answers, **changes}
        kept = {code: answer for code, answer in answers.items() if answer is not None}
        return replace(self, draft=replace(self.draft, answers=kept))


class Undecided(Refused):
    """Say that the person must first choose among several units or plans."""

    def __init__(self, roles: list[Role], command: str) -> None:
        super().__init__("desk.choose")
        self.roles = roles
        self.command = command


def roles_for(turn: Turn, action: Action) -> list[Role]:
    """Return the person's roles that allow an action on their own unit, or on the province."""
    return [role for role in turn.roles if turn.may(role, action, role.unit)]


def role_for(turn: Turn, action: Action, command: str) -> Role:
    """Return the role to act in: the chosen one, else the only one; else ask which."""
    fitting = roles_for(turn, action)
    if not fitting:
        raise Refused("refused.no_unit" if action is Action.REPORT else "refused.forbidden")
    chosen = [role for role in fitting if role.id == turn.talk.role]
    if not chosen and len(fitting) > 1:
        raise Undecided(fitting, command)
    return (chosen or fitting)[0]


def choose_card(turn: Turn, undecided: Undecided) -> Reply:
    """Ask which unit or plan is meant; the answer goes on with what was asked for."""
    several_plans = len({role.plan for role in undecided.roles}) > 1
    choices: list[Choice] = []
    for role in undecided.roles:
        pack = turn.pack(role)
        name = body_name(pack, role.unit) if role.unit else pack.coordinator.short
        label = f"{name} · {pack.title.in_language(turn.language)}" if several_plans else name
        command = f"/donvi {role.id} {undecided.command}"
        choices.append(turn.once_labelled(label, command.strip()))
    return turn.say(undecided.key, *choices)


def unit_periods(turn: Turn, role: Role) -> list[Period]:
    """Return the periods that a unit reports in, by deadline."""
    unit = turn.pack(role).tree[role.unit]
    return [
        turn.world.unit_period(role.plan, p, role.unit)
        for p in turn.world.calendars[role.plan]
        if p.concerns(unit)
    ]


def is_open(turn: Turn, key: Key, period: Period) -> bool:
    """Say whether a unit may still send or correct: before the lock, or unlocked since."""
    if not _own(turn, key, period).locked(turn.today):
        return True
    return reports.unlocked_until(turn.connection, key, turn.now) is not None


def open_until(turn: Turn, key: Key, period: Period) -> date:
    """Return the last day on which a unit may send or correct: the lock, or an unlocking's end."""
    lock = _own(turn, key, period).lock
    unlocked = reports.unlocked_until(turn.connection, key, turn.now)
    return max(lock, local(unlocked).date()) if unlocked else lock


def _own(turn: Turn, key: Key, period: Period) -> Period:
    """Return the period as it is for the unit, whichever way it was found."""
    return turn.world.unit_period(key.plan, period, key.unit)


def locked(turn: Turn, role: Role, period: Period) -> Refused:
    """Return the refusal of what comes after the lock, with whom to ask."""
    name, body = period_name(turn.language, period), turn.pack(role).coordinator.short
    own = _own(turn, key_of(role, period), period)
    if own.closed_at:
        return Refused("closing.closed", period=name, day=day(own.closed_at), body=body)
    return Refused("desk.locked", period=name, day=own.lock, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit's periods sorted by what can be done with them today."""

    returned: tuple[Period, ...]
    owed: tuple[Period, ...]
    sent: tuple[Period, ...]
    coming: tuple[Period, ...]


def standing(turn: Turn, role: Role) -> Standing:
    """Sort a unit's open periods; periods that open later are `coming`."""
    found: dict[str, list[Period]] = {"returned": [], "owed": [], "sent": [], "coming": []}
    for period in unit_periods(turn, role):
        if is_open(turn, key_of(role, period), period):
            found[_state(turn, role, period)].append(period)
    return Standing(**{name: tuple(periods) for name, periods in found.items()})


def _state(turn: Turn, role: Role, period: Period) -> str:
    key = key_of(role, period)
    if reports.open_return(turn.connection, key):
        return "returned"
    if reports.latest(turn.connection, key):
        return "sent"
    return "owed" if period.opens <= turn.today else "coming"


def key_of(role: Role, period: Period) -> Key:
    """Return under what a unit's period is stored."""
    return Key(plan=role.plan, period=period.id, unit=role.unit)


def desk_at(turn: Turn, role: Role, period: Period) -> Desk | None:
    """Return the desk of a unit and period if a draft is open there."""
    key = key_of(role, period)
    stored = drafts.find(turn.connection, key)
    if stored is None:
        return None
    pack = turn.pack(role)
    draft = Draft(
        questions=questions_in(pack, period, role.unit),
        answers=_as_asked_now(pack, stored.answers),
        asked=stored.asked,
        base_version=stored.base_version,
    )
    return Desk(
        role=role,
        pack=pack,
        period=period,
        key=key,
        draft_id=stored.id,
        draft=draft,
        past=past_of(turn, role, period),
        sent=_sent(turn, key) if stored.base_version else {},
    )


def _as_asked_now(pack: Pack, answers: Answers) -> Answers:
    """Drop the doubts that compare with an indicator which the plan no longer has."""
    return {
        code: replace(answer, doubt=None)
        if answer.doubt and not answer.doubt.compares <= pack.indicators.keys()
        else answer
        for code, answer in answers.items()
    }


def _sent(turn: Turn, key: Key) -> Answers:
    report = reports.latest(turn.connection, key)
    return reports.answers_of(turn.connection, report.id) if report else {}


def past_of(turn: Turn, role: Role, period: Period) -> Past:
    """Return the unit's last report before a period, and the last one of the same year."""
    if period.form:
        return Past(previous={}, same_year={})
    so_far = {p.id for p in turn.world.year_so_far(role.plan, period)}
    for earlier in turn.world.before(role.plan, period):
        report = reports.latest(turn.connection, key_of(role, earlier))
        if report:
            answers = _open_to(turn, role, reports.answers_of(turn.connection, report.id))
            return Past(previous=answers, same_year=answers if earlier.id in so_far else {})
    return Past(previous={}, same_year={})


def _small(turn: Turn, role: Role, code: str, answer: Answer) -> bool:
    """Say whether an answer is a count that who writes for a unit may not read."""
    pack = turn.pack(role)
    hides = role.kind is RoleKind.DISTRICT_COORDINATOR and code in pack.indicators
    return hides and answer.small and pack.indicators[code].sensitive


def _open_to(turn: Turn, role: Role, answers: Answers) -> Answers:
    return {c: answer for c, answer in answers.items() if not _small(turn, role, c, answer)}


def require_open_to(turn: Turn, role: Role, key: Key) -> None:
    """Refuse who writes for a unit whose own small counts of people they would read."""
    report, begun = reports.latest(turn.connection, key), drafts.find(turn.connection, key)
    known = {turn.person.id}
    if report and report.person_id == turn.person.id:
        known.add(0)
    answers = begun.answers if begun else _sent(turn, key)
    for code, answer in answers.items():
        if _small(turn, role, code, answer) and (answer.person_id or 0) not in known:
            raise Refused("behalf.masked", unit=body_name(turn.pack(role), key.unit))


def open_desk(turn: Turn, role: Role, period: Period) -> Desk:
    """Return the desk of a unit and period, with a new draft where there is none.

    A sent report is opened for correction with its answers in place, limited to the returned
    questions where a coordinator returned it.
    """
    desk = desk_at(turn, role, period)
    if desk is None:
        key = key_of(role, period)
        report = reports.latest(turn.connection, key)
        returned = reports.open_return(turn.connection, key)
        draft_id = drafts.open_draft(
            turn.connection,
            key,
            turn.person.id,
            turn.now,
            base_version=report.version if report else 0,
            asked=returned.codes if returned else None,
        )
        if report:
            _copy_answers(turn, report.id, draft_id, returned.codes if returned else frozenset())
        desk = desk_at(turn, role, period)
    if desk is None:
        raise LookupError(f"no draft after opening one: {role.plan} {period.id} {role.unit}")
    return desk


def _copy_answers(turn: Turn, report_id: int, draft_id: int, asked: frozenset[str]) -> None:
    for code, answer in reports.answers_of(turn.connection, report_id).items():
        if code not in asked:
            drafts.put(turn.connection, draft_id, code, replace(answer, at=turn.now))


def acting_for(role: Role, unit: str) -> Role:
    """Return a coordinator's role as it writes for a unit; it allows no more than before."""
    return replace(role, unit=unit)


def _writing(turn: Turn) -> Role | None:
    """Return the role in which the person writes now: their own, or for a unit below theirs."""
    role, unit = turn.chosen_role, turn.talk.behalf
    if role is None:
        return None
    if unit:
        return acting_for(role, unit) if turn.may(role, Action.ENTER_FOR, unit) else None
    return role if turn.may(role, Action.REPORT, role.unit) else None


def current_desk(turn: Turn) -> Desk:
    """Return the desk the person sits at, or refuse if they are not in the middle of a report."""
    role = _writing(turn)
    if role is None or not turn.talk.period:
        raise Refused("desk.none")
    period = next((p for p in unit_periods(turn, role) if p.id == turn.talk.period), None)
    desk = desk_at(turn, role, period) if period else None
    if desk is None:
        raise Refused("desk.none")
    if not is_open(turn, desk.key, desk.period):
        raise locked(turn, role, desk.period)
    if desk.on_behalf:
        require_open_to(turn, role, desk.key)
    return desk
