"""How people are told of what is owed: reminders, invitations, nudges, notices of delay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import locales
from documents import wording
from plans.calendar import Period, days_late
from plans.messages import Choice, Reply, Urgency
from plans.owed import Owed
from plans.pack import Pack

BUTTONS, LISTED = 4, 40


class Occasion(StrEnum):
    """Why a reporter is written to."""

    OPENING = "opening"
    DUE = "due"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a letter: the language, the day, and whether this afternoon is still to come."""

    language: str
    today: date
    afternoon: bool = False

    def text(self, key: str, **args: object) -> str:
        """Return a sentence in the reader's language."""
        return locales.text(self.language, key, **args)


def reporter_letter(reader: Reader, occasion: Occasion, owed: Sequence[Owed]) -> Reply:
    """Tell one reporter all that is owed, with a way to go on from where each draft stands."""
    parts = [_group(reader, occasion, group) for group in _by_period(owed)]
    urgency = Urgency.NUDGE if occasion is Occasion.NUDGE else Urgency.REMINDER
    choices = (*_entries(reader, owed), *_answers(reader, owed))
    return Reply(text="\n\n".join(parts), choices=choices, urgency=urgency)


def _by_period(owed: Iterable[Owed]) -> list[list[Owed]]:
    """Group what is owed by plan, period, deadline and obligation, in the order of deadlines."""
    groups: dict[tuple[object, ...], list[Owed]] = {}
    for one in sorted(owed, key=lambda one: (one.period.last_on_time, one.pack.id)):
        key = (one.pack.id, one.period.id, one.period.last_day, one.invited, one.returned)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _group(reader: Reader, occasion: Occasion, group: list[Owed]) -> str:
    first = group[0]
    late = days_late(first.period, reader.today)
    key = f"reminder.{occasion}"
    if first.returned:
        key = "reminder.returned"
    elif first.invited:
        key = "reminder.invited_opening" if occasion is Occasion.OPENING else "reminder.invited"
    elif late and occasion is not Occasion.NUDGE:
        key = "reminder.overdue"
    lines = [
        reader.text(
            key,
            period=wording.period_name(reader.language, first.period),
            plan=first.pack.short_title.in_language(reader.language),
            send_by=wording.send_by(reader.language, first.period),
            window=wording.window(reader.language, first.period),
            left=_left(reader, first),
            days=f"{late:02}",
            body=first.pack.coordinator.short,
        )
    ]
    lines += [_line(reader, one) for one in group]
    return "\n".join(lines)


def _left(reader: Reader, owed: Owed) -> str:
    unit = owed.unit.code
    return wording.unit_left(reader.language, owed.pack, unit, owed.period, reader.today)


def _line(reader: Reader, owed: Owed) -> str:
    state = "not_begun" if owed.left is None else "begun" if owed.left else "ready"
    if owed.returned:
        state = "mend"
    name = wording.body_name(owed.pack, owed.unit.code, reader.language)
    return reader.text(f"reminder.unit.{state}", unit=name, left=owed.left or 0)


def _entries(reader: Reader, owed: Sequence[Owed]) -> list[Choice]:
    """Offer to go on with each report, or with whichever where there are many."""
    if len(owed) > BUTTONS:
        return [Choice(label=reader.text("menu.report"), data="/baocao")]
    choices = []
    for one in owed:
        late = days_late(one.period, reader.today)
        key = "menu.resume" if one.left is not None else "reminder.now" if late else "menu.report"
        label = reader.text(key)
        if len(owed) > 1:
            name = wording.short_body(one.pack, one.unit.code)
            label = reader.text("reminder.for", what=label, unit=name)
            if len({o.period.id for o in owed if o.unit == one.unit}) > 1:
                label += f" · {wording.period_name(reader.language, one.period)}"
        choices.append(Choice(label=label, data=f"/donvi {one.role} /baocao {one.period.id}"))
    return choices


def _answers(reader: Reader, owed: Sequence[Owed]) -> list[Choice]:
    """Offer to say why a report is late, or to be reminded again."""
    if any(_overdue(reader, one) for one in owed):
        return [Choice(label=reader.text("reminder.reason"), data="/lydocham")]
    choices = []
    if reader.afternoon:
        choices.append(Choice(label=reader.text("reminder.afternoon"), data="/nhaclai chieu nay"))
    if any(reader.today < one.period.last_on_time for one in owed):
        choices.append(Choice(label=reader.text("reminder.morning"), data="/nhaclai sang mai"))
    return choices


def _overdue(reader: Reader, owed: Owed) -> bool:
    return not owed.invited and not owed.returned and days_late(owed.period, reader.today) > 0


def delay_letter(reader: Reader, owed: Sequence[Owed], urgency: Urgency) -> Reply:
    """Tell somebody above, by name, which units are overdue, with their reasons."""
    parts, choices = [], []
    for group in _by_period(owed):
        pack, period = group[0].pack, group[0].period
        lines = [
            reader.text(
                "reminder.delays",
                period=wording.period_name(reader.language, period),
                plan=pack.short_title.in_language(reader.language),
                count=len(group),
            )
        ]
        lines += [_delay_line(reader, one) for one in group[:LISTED]]
        if len(group) > LISTED:
            lines.append(reader.text("reminder.delays_more", count=len(group) - LISTED))
        parts.append("\n".join(lines))
        choices += _lists(reader, pack, period, group[0].role)
    return Reply(text="\n\n".join(parts), choices=tuple(choices), urgency=urgency)


def _lists(reader: Reader, pack: Pack, period: Period, role: int) -> list[Choice]:
    label = reader.text("digest.list")
    return [Choice(label=label, data=f"/donvi {role} /chuanop {period.id}")] if role else []


def _delay_line(reader: Reader, owed: Owed) -> str:
    late = days_late(owed.period, reader.today)
    line = reader.text(
        "reminder.delay",
        unit=wording.body_name(owed.pack, owed.unit.code, reader.language),
        days=f"{late:02}",
    )
    if owed.reason:
        line += reader.text("reminder.because", reason=owed.reason)
    elif not owed.connected:
        line += reader.text("progress.mark.not_connected")
    return line
