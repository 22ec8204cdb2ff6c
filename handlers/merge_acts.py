"""What moving a report from one unit to another changes, and how that is taken back."""

from documents import wording
from handlers.turn import Turn
from plans.alike import absorbed
from plans.calendar import Period, local
from plans.dialogue import questions_in
from plans.errors import Refused
from plans.people import Role
from plans.receipts import receipt
from storage import acceptances, drafts, moves, people, reports
from storage.drafts import Key
from storage.moves import Move
from storage.reports import Report
from storage.rollups import place_of

WRONG_UNIT, TWICE, SUCCESSOR = "wrong_unit", "twice", "successor"


def why(
    turn: Turn, role: Role, period: Period, source: str, target: str, former: Report | None
) -> str:
    """Return why a report is moved: units that merged, a wrong unit, or the same sent twice."""
    if absorbed(turn.pack(role).tree[source], period, target):
        return SUCCESSOR
    return TWICE if former else WRONG_UNIT


def move(turn: Turn, role: Role, period: Period, source: str, target: str, *, take: bool) -> Move:
    """Withdraw a unit's report; `take`: its figures stand for the other unit from now on."""
    source_key = Key(plan=role.plan, period=period.id, unit=source)
    target_key = Key(plan=role.plan, period=period.id, unit=target)
    taken = reports.latest(turn.connection, source_key)
    former = reports.latest(turn.connection, target_key)
    if taken is None:
        raise Refused("merge.not_sent", unit=wording.body_name(turn.pack(role), source))
    if not take and former is None:
        raise Refused("merge.not_sent", unit=wording.body_name(turn.pack(role), target))
    reason = why(turn, role, period, source, target, former)
    _set_aside(turn, source_key)
    moves.withdraw(turn.connection, turn.pack(role).tree, source_key)
    made = None
    if take:
        _set_aside(turn, target_key)
        made = _stand_for(turn, role, target_key, taken, reason)
    made_id, former_id = (made.id if made else None), (former.id if former else None)
    done = Move(
        id=0,
        plan=role.plan,
        period=period.id,
        source=source,
        target=target,
        taken=taken.id,
        former=former_id,
        made=made_id,
        released=reason == SUCCESSOR,
        reason=reason,
        moved_at=turn.now,
        undone=False,
    )
    number = moves.record(turn.connection, done, turn.person.id)
    after = {"move": number, "to": target, "reason": reason}
    turn.audit("report.withdrawn", source_key, before={"receipt": taken.receipt}, after=after)
    if made:
        before = {"receipt": former.receipt} if former else None
        after = {"move": number, "from": source, "receipt": made.receipt}
        turn.audit("report.taken_over", target_key, before=before, after=after)
    found = moves.numbered(turn.connection, number)
    if found is None:
        raise LookupError(f"no move {number} after recording it")
    return found


def _set_aside(turn: Turn, key: Key) -> None:
    """End what hangs on a report that stands no more: drafts, returns, its acceptance."""
    if begun := drafts.find(turn.connection, key):
        drafts.close(turn.connection, begun.id)
    reports.answer_returns(turn.connection, key, turn.now)
    acceptances.take_back(turn.connection, key, turn.now)


def _stand_for(turn: Turn, role: Role, key: Key, taken: Report, reason: str) -> Report:
    """Add a version of the other unit with the figures that were taken, under its own receipt.

    It came when the first unit sent it: a slip in the unit makes no report late.
    """
    pack, period = turn.pack(role), turn.world.period(role.plan, key.period)
    if period is None:
        raise Refused("refused.no_period")
    given = reports.answers_of(turn.connection, taken.id)
    answers = {q.code: given[q.code] for q in questions_in(pack, period, key.unit)}
    former = reports.latest(turn.connection, key)
    version, sent = reports.next_version(turn.connection, key), local(turn.now).isoformat()
    return reports.add(
        turn.connection,
        key,
        answers,
        version=version,
        sent_at=turn.now,
        person_id=taken.person_id,
        receipt=receipt(role.plan, period, key.unit, version, sent, answers),
        reason=turn.text(f"merge.reason.{reason}"),
        kept=taken.kept,
        place=place_of(pack.tree, key.unit),
        on_behalf=taken.on_behalf,
        first_sent_at=None if former else taken.first_sent_at,
    )


def same_form(turn: Turn, role: Role, period: Period, taken: Report, target: str) -> bool:
    """Say whether a report answers what another unit is asked."""
    asked = {question.code for question in questions_in(turn.pack(role), period, target)}
    return asked == reports.answers_of(turn.connection, taken.id).keys()


def undo(turn: Turn, role: Role, done: Move) -> None:
    """Put in force again what was before a move; refuse where either unit has sent since."""
    tree = turn.pack(role).tree
    target = reports.latest(turn.connection, done.target_key)
    changed = done.made is not None and (target is None or target.id != done.made)
    if changed or reports.latest(turn.connection, done.source_key):
        raise Refused("merge.changed_since")
    _set_aside(turn, done.source_key)
    moves.restore(turn.connection, tree, reports.numbered(turn.connection, done.taken))
    if done.made is not None:
        _set_aside(turn, done.target_key)
        if done.former is not None:
            moves.restore(turn.connection, tree, reports.numbered(turn.connection, done.former))
        else:
            moves.withdraw(turn.connection, tree, done.target_key)
    moves.undo(turn.connection, done.id, turn.now)
    for key in (done.source_key, done.target_key):
        turn.audit("report.move_undone", key, after={"move": done.id})


def tell(turn: Turn, role: Role, period: Period, done: Move, key: str) -> int:
    """Tell the people of both units once what became of their reports; return how many."""
    pack = turn.pack(role)
    told: set[int] = set()
    for unit in (done.source, done.target):
        told |= set(people.reporters_of(turn.connection, role.plan, unit))
    told.discard(turn.person.id)
    for person_id in sorted(told):
        turn.tell(
            person_id,
            key,
            ("menu.status", "/trangthai"),
            body=pack.coordinator.short,
            period=lambda language: wording.period_name(language, period),
            source=wording.body_name(pack, done.source),
            target=wording.body_name(pack, done.target),
        )
    return len(told)
