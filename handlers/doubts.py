"""What was kept in a report in spite of a doubt, as those above the unit read it."""

from documents import wording
from documents.figures import Reader
from handlers.turn import Turn
from plans.dialogue import Doubt
from plans.people import Action, Role, may
from storage.reports import Report


def doubt_lines(turn: Turn, role: Role, report: Report) -> list[str]:
    """Word each doubt of a version in a line, without figures that the reader may not see."""
    lines = [_worded(turn, role, report, dict(kept)) for kept in report.kept]
    if report.disputed_at:
        lines.append(turn.text("unit.disputed", day=wording.day(report.disputed_at)))
    return lines


def _worded(turn: Turn, role: Role, report: Report, kept: dict[str, str | int]) -> str:
    pack = turn.pack(role)
    key, code = str(kept.pop("doubt")), str(kept.pop("code", ""))
    if key == "identical":
        return turn.text("unit.kept_identical")
    if code not in pack.indicators:
        return turn.text("unit.kept_gone", code=code)
    label = pack.indicators[code].label.in_language(turn.language)
    doubt = Doubt(key=key, args=kept)
    shown = all(_open(turn, role, one, report.key.unit) for one in {code, *doubt.compares})
    if not shown or not doubt.compares <= pack.indicators.keys():
        return turn.text("unit.kept_masked", label=label)
    words = wording.doubt_text(turn.language, pack, doubt)
    return turn.text("unit.kept", label=label, doubt=words)


def _open(turn: Turn, role: Role, code: str, unit: str) -> bool:
    """Say whether every figure of an indicator may be read: a doubt tells the one before too."""
    reader = Reader(pack=turn.pack(role), role=role)
    indicator = reader.pack.indicators.get(code)
    if indicator is None or not indicator.sensitive:
        return True
    return may(role, Action.SEE_UNMASKED, unit, reader.pack.tree)
