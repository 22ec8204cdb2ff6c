"""A coordinator accepts reports: one after a look, or all at once that nothing speaks against."""

from dataclasses import dataclass

from documents import wording
from handlers.asked import understand
from handlers.desks import role_for
from handlers.doubts import doubt_lines
from handlers.turn import Turn
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role
from storage import acceptances, moves, people, reports, summaries
from storage.drafts import Key
from storage.reports import Report

# Words of buttons: only the unit itself and not those below it; in spite of what was doubted.
ALONE, ALL_THE_SAME = "+rieng", "+van"
NAMED, OFFERED = 12, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The reports below a unit that wait to be accepted: the clean ones, and those to look at."""

    role: Role
    period: Period
    unit: str
    clean: tuple[tuple[int, str], ...]
    doubted: tuple[str, ...]
    returned: tuple[str, ...]
    accepted: int


def accept(turn: Turn, words: str) -> Reply:
    """Accept one unit's report, or show which below a district or in the province could be."""
    role, period, unit, flags = _wish(turn, words, "/tiepnhan")
    if unit and (ALONE in flags or not turn.pack(role).tree.children(unit)):
        return _one(turn, role, period, unit, all_the_same=ALL_THE_SAME in flags)
    return _preview(turn, waiting(turn, role, period, unit))


def _wish(turn: Turn, words: str, command: str) -> tuple[Role, Period, str, set[str]]:
    flags = {word for word in words.split() if word in (ALONE, ALL_THE_SAME)}
    named = " ".join(word for word in words.split() if word not in flags)
    role = role_for(turn, Action.COORDINATE, f"{command} {words}".strip())
    asked = understand(turn, role, named, command)
    turn.require(role, Action.COORDINATE, asked.unit)
    return role, asked.period, asked.unit, flags


def _one(turn: Turn, role: Role, period: Period, unit: str, *, all_the_same: bool) -> Reply:
    key = Key(plan=role.plan, period=period.id, unit=unit)
    name = wording.body_name(turn.pack(role), unit)
    report = reports.latest(turn.connection, key)
    if report is None:
        raise Refused("accept.not_sent", unit=name)
    if reports.open_return(turn.connection, key):
        raise Refused("accept.returned", unit=name)
    show = turn.choice("behalf.show", f"/xem {period.id} {unit}")
    if earlier := acceptances.of_report(turn.connection, report.id):
        day = wording.day(earlier.accepted_at)
        return turn.say("accept.already", show, unit=name, day=day)
    doubts = doubt_lines(turn, role, report)
    if doubts and not all_the_same:
        where = f"{period.id} {unit} {ALONE} {ALL_THE_SAME}"
        return turn.say(
            "accept.doubts",
            turn.once("accept.all_the_same", f"/tiepnhan {where}"),
            turn.choice("unit.return", f"/traplai {period.id} {unit}"),
            turn.once("card.later", "/start"),
            unit=name,
            doubts="\n".join(doubts),
        )
    _accepted(turn, period, [report])
    return turn.say("accept.done", show, unit=name, receipt=report.receipt)


def waiting(turn: Turn, role: Role, period: Period, root: str) -> Waiting:
    """Sort the reports below a unit that were not accepted."""
    plan, tree = role.plan, turn.pack(role).tree
    returned = reports.open_returns(turn.connection, plan, period.id)
    alike = {u for twins in moves.twins(turn.connection, plan, period.id) for u in twins.units}
    found = [
        one
        for one in acceptances.waiting(turn.connection, plan, period.id)
        if one.unit in tree and tree.within(one.unit, root)
    ]
    sent = summaries.sent_in(turn.connection, plan, period.id).values()
    doubted = [one.unit for one in found if one.doubted or one.unit in alike]
    return Waiting(
        role=role,
        period=period,
        unit=root,
        clean=tuple(
            (one.report_id, one.unit)
            for one in found
            if one.unit not in returned and one.unit not in doubted
        ),
        doubted=tuple(unit for unit in doubted if unit not in returned),
        returned=tuple(one.unit for one in found if one.unit in returned),
        accepted=sum(
            s.accepted_at is not None and s.unit in tree and tree.within(s.unit, root) for s in sent
        ),
    )


def _preview(turn: Turn, found: Waiting) -> Reply:
    pack, period = turn.pack(found.role), found.period
    name = wording.period_name(turn.language, period)
    if found.unit:
        name += f" · {pack.tree[found.unit].name}"
    where = f"{period.id} {found.unit}".strip()
    lines = [turn.text("accept.title", period=name, count=found.accepted)]
    choices = []
    if found.clean:
        names = _names(turn, found.role, [unit for _, unit in found.clean])
        lines.append(turn.text("accept.clean", count=len(found.clean), names=names))
        count = len(found.clean)
        choices.append(turn.once("accept.send", f"/tiepnhangui {where}", count=count))
    else:
        lines.append(turn.text("accept.none"))
    for key, units in (("accept.doubted", found.doubted), ("accept.mended", found.returned)):
        if units:
            names = _names(turn, found.role, units)
            lines.append(turn.text(key, count=len(units), names=names))
    choices += [
        turn.choice("asked.unit", f"/xem {period.id} {unit}", unit=pack.tree[unit].name)
        for unit in found.doubted[:OFFERED]
    ]
    choices.append(turn.choice("menu.progress", f"/tiendo {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _names(turn: Turn, role: Role, units: list[str] | tuple[str, ...]) -> str:
    tree = turn.pack(role).tree
    return "; ".join(tree[unit].name for unit in units[:NAMED]) + (
        "; …" if len(units) > NAMED else ""
    )


def accept_all(turn: Turn, words: str) -> Reply:
    """Accept what is clean at this moment; somebody may have sent or corrected in between."""
    role, period, unit, _ = _wish(turn, words, "/tiepnhangui")
    found = waiting(turn, role, period, unit)
    if not found.clean:
        return _preview(turn, found)
    _accepted(turn, period, [reports.numbered(turn.connection, id) for id, _ in found.clean])
    turn.talk.card += 1
    where = f"{period.id} {unit}".strip()
    return turn.say(
        "accept.done_all",
        turn.choice("menu.progress", f"/tiendo {where}"),
        count=len(found.clean),
        left=len(found.doubted) + len(found.returned),
    )


def _accepted(turn: Turn, period: Period, accepted: list[Report]) -> None:
    """Record that reports are accepted; whoever had to mend theirs is told."""
    numbers = [report.id for report in accepted]
    acceptances.accept(turn.connection, numbers, turn.person.id, turn.now)
    for report in accepted:
        turn.audit("report.accepted", report.key, after={"version": report.version})
        if not reports.was_returned(turn.connection, report.key):
            continue
        plan, unit = report.key.plan, report.key.unit
        for person_id in people.reporters_of(turn.connection, plan, unit):
            if person_id != turn.person.id:
                turn.tell(
                    person_id,
                    "accept.notice",
                    body=turn.world.packs[plan].coordinator.short,
                    unit=wording.body_name(turn.world.packs[plan], unit),
                    period=lambda language: wording.period_name(language, period),
                    receipt=report.receipt,
                )
