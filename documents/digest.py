"""The digest: one message to a coordinator instead of a notice for every unit."""

from collections.abc import Iterable

from documents import wording
from documents.progress import sent_line, worst_line
from documents.reminders import Reader
from plans.ladder import LOCK, OPENING
from plans.messages import Choice, Reply, Urgency
from plans.pack import Obligation
from plans.progress import Progress, Row, count


def digest_letter(reader: Reader, stage: str, progress: Progress, role: int) -> Reply:
    """Tell where a period stands at a rung of the ladder, and lead on by buttons."""
    required = progress.of(Obligation.REQUIRED)
    title = _title(reader, stage, progress)
    sent = sent_line(reader.language, required)
    lines = [f"{title[0].upper()}{title[1:]} · {sent[0].lower()}{sent[1:]}"]
    if not progress.root:
        lines += worst_line(reader.language, progress, required)
    lines += _counts(reader, progress, required)
    choices = _choices(reader, progress, role)
    return Reply(text="\n".join(lines), choices=tuple(choices), urgency=Urgency.DIGEST)


def _title(reader: Reader, stage: str, progress: Progress) -> str:
    period = progress.period
    name = wording.period_name(reader.language, period)
    if progress.root:
        name += f" · {progress.pack.tree[progress.root].name}"
    key = stage if stage in (OPENING, LOCK) else "title"
    return reader.text(
        f"digest.{key}",
        period=name,
        left=wording.days_left(reader.language, period, reader.today),
        deadline=wording.deadline(reader.language, period),
        lock=period.lock,
    )


def _counts(reader: Reader, progress: Progress, required: list[Row]) -> list[str]:
    owing = [row for row in required if not row.state.arrived]
    invited = progress.of(Obligation.INVITED)
    counts = {
        "progress.overdue": progress.overdue,
        "digest.reasons": _number(bool(row.reason) for row in owing),
        "digest.extended": _number(row.until is not None for row in owing),
        "progress.returned": _number(row.state == "returned" for row in required),
        "digest.not_connected": _number(not row.connected for row in owing),
        "digest.unreachable": _number(row.connected and not row.reachable for row in owing),
    }
    lines = [reader.text(key, count=number) for key, number in counts.items() if number]
    if invited:
        sent, total = count(invited)
        lines.append(reader.text("progress.invited", sent=sent, total=total))
    return lines


def _number(facts: Iterable[bool]) -> int:
    return sum(facts)


def _choices(reader: Reader, progress: Progress, role: int) -> list[Choice]:
    where = f"{progress.period.id} {progress.root}".strip()
    required = progress.of(Obligation.REQUIRED)
    owing = [row for row in required if not row.state.arrived]
    choices = []
    if owing:
        choices.append(("digest.list", f"/chuanop {where}"))
        if not progress.period.locked(progress.today):
            choices.append(("digest.nudge", f"/dondoc {where}"))
    choices.append(("digest.chart", f"/bieudo {where}"))
    return [
        Choice(label=reader.text(key, count=len(owing)), data=f"/donvi {role} {command}")
        for key, command in choices
    ]
