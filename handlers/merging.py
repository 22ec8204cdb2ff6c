"""Reports that came twice or under a wrong unit: shown side by side, moved, and moved back."""

import re
from dataclasses import dataclass

from documents import wording
from documents.figures import Reader
from documents.masking import hidden_text
from handlers.asked import Asked, understand
from handlers.beside import hidden_from
from handlers.desks import role_for
from handlers.merge_acts import move, same_form, tell, undo, why
from handlers.outdated import MOVED, MOVED_BACK, told_of_change
from handlers.turn import Turn
from handlers.unit_report import moved_line
from plans.alike import absorbed
from plans.calendar import Period
from plans.dialogue import Answer, Question, questions_in
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage import moves, reports, summaries
from storage.drafts import Key
from storage.moves import Move

TAKE, KEEP = "+lay", "+giu"
SOURCE, TARGET = "tu:", "den:"
LISTED = 8
_INTO = re.compile(r"\s(?:sang|vao|into|to|->)\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two units of which one's report is to be taken away, perhaps to stand for the other."""

    role: Role
    period: Period
    source: str
    target: str

    @property
    def where(self) -> str:
        """Return what a button carries."""
        return f"{self.period.id} {SOURCE}{self.source} {TARGET}{self.target}"


def merge(turn: Turn, words: str) -> Reply:
    """List likely duplicates; with two units show both reports; with a number, a move made."""
    if words.startswith("#"):
        return _undo_preview(turn, words[1:])
    role = role_for(turn, Action.COORDINATE, f"/gop {words}".strip())
    pair = _pair(turn, role, words, "/gop")
    return _preview(turn, pair) if isinstance(pair, Pair) else _list(turn, role, pair)


def merged(turn: Turn, words: str) -> Reply:
    """Move a report as confirmed, and tell both units."""
    role = role_for(turn, Action.COORDINATE, f"/gopchot {words}".strip())
    flags = {word for word in words.split() if word in (TAKE, KEEP)}
    named = " ".join(word for word in words.split() if word not in flags)
    pair = _pair(turn, role, named, "/gop")
    if not isinstance(pair, Pair) or not flags:
        return merge(turn, named)
    _checked(turn, pair)
    take = TAKE in flags
    if take:
        _require_same_form(turn, pair)
    done = move(turn, role, pair.period, pair.source, pair.target, take=take)
    told = tell(turn, role, pair.period, done, "merge.notice" if take else "merge.notice_kept")
    stands = reports.latest(turn.connection, done.target_key)
    turn.talk.card += 1
    reply = turn.say(
        "merge.done" if take else "merge.done_kept",
        turn.choice("merge.undo", f"/gop #{done.id}"),
        turn.choice("behalf.show", f"/xem {pair.period.id} {pair.target}"),
        source=wording.body_name(turn.pack(role), pair.source),
        target=wording.body_name(turn.pack(role), pair.target),
        receipt=stands.receipt if stands else "",
        told=told,
    )
    return told_of_change(turn, reply, MOVED, *_changed(done))


def _changed(done: Move) -> list[Key]:
    """Return whose figures a move changes."""
    return [done.source_key] if done.made is None else [done.source_key, done.target_key]


def _pair(turn: Turn, role: Role, words: str, command: str) -> Pair | Asked:
    """Read two units, from a button's marks or as "A sang B"; one or none leads to the list."""
    marks, rest = {}, []
    for word in words.split():
        for mark in (SOURCE, TARGET):
            if word.lower().startswith(mark):
                marks[mark] = word[len(mark) :].upper()
                break
        else:
            rest.append(word)
    left, _, right = (_INTO.sub("\n", f" {plain(' '.join(rest))} ", count=1)).partition("\n")
    if TARGET not in marks and right.strip():
        taken = f"{command} {SOURCE}{marks[SOURCE]}" if SOURCE in marks else command
        other = understand(turn, role, right.strip(), f"{taken} {left.strip()} {TARGET}".strip())
        marks[TARGET] = other.unit
    going = f"{command} {TARGET}{marks[TARGET]}" if TARGET in marks else command
    asked = understand(turn, role, f"{left} {right}" if SOURCE in marks else left, going)
    if SOURCE not in marks and asked.named and TARGET in marks:
        marks[SOURCE] = asked.unit
    if len(marks) < 2 or not all(marks.values()):
        return asked
    for unit in marks.values():
        turn.require(role, Action.COORDINATE, unit)
    if marks[SOURCE] == marks[TARGET]:
        raise Refused("merge.same_unit")
    return Pair(role=role, period=asked.period, source=marks[SOURCE], target=marks[TARGET])


def _key(pair: Pair, unit: str) -> Key:
    return Key(plan=pair.role.plan, period=pair.period.id, unit=unit)


def _checked(turn: Turn, pair: Pair) -> None:
    """Refuse what cannot be moved: nothing sent, a unit that is not asked, a closed period."""
    pack = turn.pack(pair.role)
    if reports.latest(turn.connection, _key(pair, pair.source)) is None:
        raise Refused("merge.not_sent", unit=wording.body_name(pack, pair.source))
    if not pair.period.concerns(pack.tree[pair.target]):
        raise Refused("unit.owes_nothing", unit=wording.body_name(pack, pair.target))
    _require_open(turn, pair.role, pair.period, (pair.source, pair.target))


def _require_open(turn: Turn, role: Role, period: Period, units: tuple[str, ...]) -> None:
    for unit in units:
        own = turn.world.unit_period(role.plan, period, unit)
        if own.closed_at and own.locked(turn.today):
            name = wording.period_name(turn.language, period)
            raise Refused("merge.closed", period=name, day=wording.day(own.closed_at))


def _require_same_form(turn: Turn, pair: Pair) -> None:
    taken = reports.latest(turn.connection, _key(pair, pair.source))
    if taken and not same_form(turn, pair.role, pair.period, taken, pair.target):
        raise Refused("merge.other_form", unit=wording.body_name(turn.pack(pair.role), pair.target))


def _preview(turn: Turn, pair: Pair) -> Reply:
    """Show both reports side by side, and what moving one would do."""
    _checked(turn, pair)
    pack = turn.pack(pair.role)
    taken = reports.latest(turn.connection, _key(pair, pair.source))
    former = reports.latest(turn.connection, _key(pair, pair.target))
    if taken is None:
        raise Refused("merge.not_sent", unit=wording.body_name(pack, pair.source))
    names = {
        "source": wording.body_name(pack, pair.source),
        "target": wording.body_name(pack, pair.target),
    }
    reason = why(turn, pair.role, pair.period, pair.source, pair.target, former)
    lines = [
        turn.text("merge.title", period=wording.period_name(turn.language, pair.period), **names),
        *_side_by_side(turn, pair, taken.id, former.id if former else None),
        turn.text(f"merge.after.{reason}", **names),
    ]
    fits = same_form(turn, pair.role, pair.period, taken, pair.target)
    if not fits:
        lines.append(turn.text("merge.other_form", unit=names["target"]))
    choices: list[Choice] = []
    if fits:
        key = "merge.replace" if former else "merge.move"
        target = pack.tree[pair.target].name
        choices.append(turn.once(key, f"/gopchot {pair.where} {TAKE}", target=target))
    if former:
        source = pack.tree[pair.source].name
        choices.append(turn.once("merge.keep", f"/gopchot {pair.where} {KEEP}", source=source))
        other = Pair(role=pair.role, period=pair.period, source=pair.target, target=pair.source)
        choices.append(turn.choice("merge.other_way", f"/gop {other.where}"))
    choices.append(turn.once("card.later", "/start"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _side_by_side(turn: Turn, pair: Pair, taken: int, former: int | None) -> list[str]:
    """Write the answers that differ, both units' beside each other, and count the equal ones."""
    left = reports.answers_of(turn.connection, taken)
    right = reports.answers_of(turn.connection, former) if former is not None else {}
    lines, equal = [], 0
    for question in questions_in(turn.pack(pair.role), pair.period, pair.source):
        one, other = left.get(question.code), right.get(question.code)
        if one and one.same_as(other):
            equal += 1
            continue
        label = question.indicator.label.in_language(turn.language)
        figures = [_figure(turn, pair, pair.source, question, one)]
        if former is not None:
            figures.append(_figure(turn, pair, pair.target, question, other))
        lines.append(f"{question.number}. {label}: {' | '.join(figures)}")
    if former is None:
        return lines
    return [turn.text("merge.equal", count=equal, total=equal + len(lines)), *lines]


def _figure(turn: Turn, pair: Pair, unit: str, question: Question, answer: Answer | None) -> str:
    hidden = question.indicator.sensitive and (
        question.code in hidden_from(turn, pair.role, unit).get(pair.period.id, ())
    )
    reader = Reader(pack=turn.pack(pair.role), role=pair.role)
    cell = reader.cell(question.code, unit, answer, hidden=hidden)
    return hidden_text(turn.language, cell) or wording.figure(turn.language, question, answer)


def likely(turn: Turn, role: Role, period: Period, root: str) -> list[tuple[str, str, str]]:
    """Return pairs of units below one whose reports may be one, each with the reason's name."""
    tree = turn.pack(role).tree
    found: dict[tuple[str, str], str] = {}
    for twins in moves.twins(turn.connection, role.plan, period.id):
        inside = [unit for unit in twins.units if unit in tree and tree.within(unit, root)]
        found |= {(unit, inside[0]): "alike" for unit in inside[1:]}
    sent = summaries.units_sent(turn.connection, role.plan, [period.id])[period.id]
    for unit in tree:
        for successor in unit.successors:
            both = {unit.code, successor} <= sent
            both_inside = tree.within(unit.code, root) and tree.within(successor, root)
            if both and both_inside and absorbed(unit, period, successor):
                found.pop((successor, unit.code), None)
                found[unit.code, successor] = "successor"
    return [(source, target, kind) for (source, target), kind in found.items()]


def _list(turn: Turn, role: Role, asked: Asked) -> Reply:
    """List likely duplicates of a period, and the moves that were made."""
    turn.require(role, Action.COORDINATE, asked.unit)
    pack, period = turn.pack(role), asked.period
    lines = [turn.text("merge.list", period=wording.period_name(turn.language, period))]
    choices = []
    pairs = likely(turn, role, period, asked.unit)
    for source, target, kind in pairs[:LISTED]:
        names = {"source": pack.tree[source].name, "target": pack.tree[target].name}
        lines.append(turn.text(f"merge.likely.{kind}", **names))
        where = Pair(role=role, period=period, source=source, target=target).where
        choices.append(turn.choice("merge.look", f"/gop {where}", **names))
    if not pairs:
        lines.append(turn.text("merge.none"))
    made = [
        one
        for one in moves.in_period(turn.connection, role.plan, period.id)
        if turn.may(role, Action.COORDINATE, one.source)
        and turn.may(role, Action.COORDINATE, one.target)
    ]
    for one in made[-LISTED:]:
        lines.append(moved_line(turn, pack, one))
        choices.append(
            turn.choice("merge.undo_of", f"/gop #{one.id}", unit=pack.tree[one.source].name)
        )
    lines.append(turn.text("merge.how"))
    where = f"{period.id} {asked.unit}".strip()
    choices.append(turn.choice("menu.progress", f"/tiendo {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _made(turn: Turn, number: str) -> tuple[Role, Move, Period]:
    """Return a move by its number, if the person coordinates both units and it stands."""
    number = number.strip()
    known = number.isascii() and number.isdigit() and len(number) < 10
    done = moves.numbered(turn.connection, int(number)) if known else None
    for role in turn.roles:
        if done is None or done.undone or role.plan != done.plan:
            continue
        period = turn.world.period(done.plan, done.period)
        both = (done.source, done.target)
        if period and all(turn.may(role, Action.COORDINATE, unit) for unit in both):
            return role, done, period
    raise Refused("merge.unknown", number=number[:9])


def _undo_preview(turn: Turn, number: str) -> Reply:
    role, done, _ = _made(turn, number)
    line = moved_line(turn, turn.pack(role), done)
    return turn.say(
        "merge.undo_confirm",
        turn.once("merge.undo", f"/goplai {done.id}"),
        turn.once("card.later", "/start"),
        line=line,
    )


def unmerged(turn: Turn, words: str) -> Reply:
    """Take a move back as confirmed: what was in force before it is so again."""
    role, done, period = _made(turn, words)
    _require_open(turn, role, period, (done.source, done.target))
    undo(turn, role, done)
    told = tell(turn, role, period, done, "merge.notice_undone")
    turn.talk.card += 1
    reply = turn.say(
        "merge.undone",
        turn.choice("behalf.show", f"/xem {period.id} {done.source}"),
        source=wording.body_name(turn.pack(role), done.source),
        target=wording.body_name(turn.pack(role), done.target),
        told=told,
    )
    return told_of_change(turn, reply, MOVED_BACK, *_changed(done))
