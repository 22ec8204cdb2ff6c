"""What a coordinator reads under a period's progress about the work on its reports."""

from documents import wording
from handlers.consolidating import closures_of
from handlers.turn import Turn
from plans.messages import Choice
from plans.people import Action, Role
from plans.progress import Progress, SendState

NAMED = 4


def desk_lines(turn: Turn, role: Role, found: Progress) -> list[str]:
    """Tell what was accepted, entered by telephone, is likely a duplicate, and when it closed."""
    lines = []
    sent = [row for row in found.rows if row.state.arrived]
    accepted = sum(row.accepted for row in sent)
    if accepted:
        lines.append(turn.text("progress.accepted", count=accepted, total=len(sent)))
    if by_telephone := [row.unit.name for row in sent if row.on_behalf]:
        names = _named(by_telephone)
        lines.append(turn.text("progress.on_behalf", count=len(by_telephone), names=names))
    if found.twins and turn.may(role, Action.COORDINATE, found.root):
        groups = [" = ".join(found.pack.tree[u].name for u in units) for units in found.twins]
        lines.append(turn.text("progress.alike", count=len(groups), names=_named(groups)))
    return lines + _closed(turn, found)


def _named(names: list[str]) -> str:
    return "; ".join(names[:NAMED]) + ("; …" if len(names) > NAMED else "")


def _closed(turn: Turn, found: Progress) -> list[str]:
    lines = []
    for one in closures_of(turn.connection, found.pack, found.period, found.root):
        below = one.unit and one.unit != found.root
        where = found.pack.tree[one.unit].name if below else ""
        key = "progress.closed_below" if where else "progress.closed"
        lines.append(turn.text(key, day=wording.day(one.at), count=len(one.missing), where=where))
    return lines


def desk_choices(turn: Turn, role: Role, found: Progress) -> list[Choice]:
    """Offer to accept what waits, to look at likely duplicates, and to close what is overdue."""
    if not turn.may(role, Action.COORDINATE, found.root):
        return []
    where, period = f"{found.period.id} {found.root}".strip(), found.period
    sent = [row for row in found.rows if row.state.arrived]
    waits = sum(not row.accepted and row.state is not SendState.RETURNED for row in sent)
    choices = []
    if waits:
        choices.append(turn.choice("progress.accept", f"/tiepnhan {where}", count=waits))
    if found.twins:
        choices.append(turn.choice("progress.merge", f"/gop {where}"))
    if turn.today > period.grace_until and not period.locked(turn.today):
        choices.append(turn.choice("progress.close", f"/khoaky {where}"))
    return choices
