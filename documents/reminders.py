"""How people are told of what is owed: reminders, invitations, nudges, notices of delay."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import locales
from documents import wording
from documents.briefs import brief_of
from plans.calendar import days_late
from plans.messages import Choice, Reply, Urgency
from plans.owed import Owed

BUTTONS, LISTED = 4, 250


class Occasion(StrEnum):
    """Why a reporter is written to."""

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
    parts = _parts(owed, lambda group: _group(reader, occasion, group), reader)
    urgency = Urgency.NUDGE if occasion is Occasion.NUDGE else Urgency.REMINDER
    choices = (*_entries(reader, owed), *_answers(reader, owed))
    brief = brief_of(reader.language, urgency.name.lower(), owed)
    return Reply(text="\n\n".join(parts), choices=choices, urgency=urgency, brief=brief)


def _parts(owed: Sequence[Owed], told: Callable[[list[Owed]], str], reader: Reader) -> list[str]:
    """Tell each group apart, under the name of its plan where a letter is about several."""
    several = len({one.pack.id for one in owed}) > 1
    parts = []
    for group in _by_period(owed):
        plan = group[0].pack.short_title.in_language(reader.language)
        head = reader.text("reminder.plan", plan=plan) + "\n" if several else ""
        parts.append(head + told(group))
    return parts


def _by_period(owed: Iterable[Owed]) -> list[list[Owed]]:
    """Group what is owed by plan, period, deadline and obligation, in the order of deadlines."""
    groups: dict[tuple[object, ...], list[Owed]] = {}
    for one in sorted(owed, key=lambda one: (one.period.last_on_time, one.pack.id)):
        key = (one.pack.id, one.period.id, one.period.last_day, one.invited, one.returned)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _group(reader: Reader, occasion: Occasion, group: list[Owed]) -> str:
    first = group[0]
    head = reader.text(
        f"reminder.{_tone(reader, occasion, first)}",
        period=wording.period_name(reader.language, first.period),
        deadline=wording.deadline(reader.language, first.period),
        send_by=wording.send_by(reader.language, first.period),
        window=wording.window(reader.language, first.period),
        left=_left(reader, first),
        days=f"{days_late(first.period, reader.today):02}",
        grace=first.period.grace_until,
        body=first.pack.coordinator.short,
    )
    return "\n".join([head, *(_line(reader, one) for one in group)])


def _tone(reader: Reader, occasion: Occasion, owed: Owed) -> str:
    """Choose how what is owed is told: an invited body is never told that it is late."""
    if owed.returned:
        return "returned"
    if owed.invited:
        return "invited_opening" if owed.opening else "invited"
    if occasion is Occasion.NUDGE:
        return "nudge"
    if reader.today <= owed.period.last_on_time:
        if owed.opening:
            return "request" if owed.period.on_request else "opening"
        return "due"
    return "overdue" if days_late(owed.period, reader.today) else "grace"


def _left(reader: Reader, owed: Owed) -> str:
    unit = owed.unit.code
    return wording.unit_left(reader.language, owed.pack, unit, owed.period, reader.today)


def _line(reader: Reader, owed: Owed) -> str:
    state = "not_begun" if owed.left is None else "begun" if owed.left else "ready"
    if owed.returned:
        state = "mend"
    elif owed.invited and owed.left is None:
        state = "invited"
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
    parts = _parts(owed, lambda group: _delays(reader, group), reader)
    commands = {
        f"/donvi {one.role} /chuanop {one.period.id}": one.period for one in owed if one.role
    }
    choices = []
    for command, period in commands.items():
        label = reader.text("digest.list")
        if len(commands) > 1:
            label += f" · {wording.period_name(reader.language, period)}"
        choices.append(Choice(label=label, data=command))
    return Reply(text="\n\n".join(parts), choices=tuple(choices), urgency=urgency)


def _delays(reader: Reader, group: list[Owed]) -> str:
    """Name the units by district, then what was said about delays and who cannot be reached."""
    language = reader.language
    late = sorted({days_late(one.period, reader.today) for one in group})
    lines = [
        reader.text(
            "reminder.delays",
            period=wording.period_name(language, group[0].period),
            count=len(group),
            days=" – ".join(dict.fromkeys(f"{days:02}" for days in (late[0], late[-1]))),
        )
    ]
    for place, names in _by_place(reader, group[:LISTED]).items():
        lines.append(
            reader.text("reminder.place", place=place, count=len(names), units=", ".join(names))
        )
    if len(group) > LISTED:
        lines.append(reader.text("reminder.delays_more", count=len(group) - LISTED))
    for one in group:
        if one.reason:
            unit = wording.body_name(one.pack, one.unit.code, language)
            lines.append(reader.text("reminder.because", unit=unit, reason=one.reason))
    if nobody := sum(not one.connected for one in group):
        lines.append(reader.text("reminder.not_connected", count=nobody))
    return "\n".join(lines)


def _by_place(reader: Reader, group: list[Owed]) -> dict[str, list[str]]:
    """Sort the names of units under their districts, those of the province apart."""
    places: dict[str, list[str]] = {}
    for one in group:
        tree, code = one.pack.tree, one.unit.code
        district = one.unit.parent or (code if tree.children(code) else "")
        place = tree[district].name if district else reader.text("reminder.of_province")
        name = one.unit.name
        if code == district:
            name = wording.short_body(one.pack, code)
        elif district:
            name = name[0].lower() + name[1:]
        places.setdefault(place, []).append(name)
    return places
