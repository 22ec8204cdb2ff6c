"""How periods, units, answers and doubts are worded."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import locales
from plans.calendar import Part, Period, Timeliness, days_late, local, timeliness
from plans.dialogue import Answer, AnswerState, Doubt, Question
from plans.pack import IndicatorKind, Obligation, Pack, PeriodKind

_ROMAN = ("", "I", "II", "III", "IV")
_NOTABLE = Fraction(1, 2)
_KINDS = {3: PeriodKind.QUARTER, 6: PeriodKind.HALF_YEAR}


def part_name(language: str, part: Part) -> str:
    """Name one period: quý II/2024, 6 tháng đầu năm 2024."""
    if part.title is not None:
        return part.title.in_language(language)
    key = f"period.{part.kind}"
    if part.kind is PeriodKind.HALF_YEAR:
        key += f".{part.ordinal}"
    number = _ROMAN[part.ordinal] if part.kind is PeriodKind.QUARTER else ""
    return locales.text(language, key, number=number, year=str(part.year))


def period_name(language: str, period: Period) -> str:
    """Name what one submission serves: quý II/2024 và 6 tháng đầu năm 2024."""
    names = [part_name(language, part) for part in period.parts]
    return locales.text(language, "period.and").join(names)


def own_name(language: str, period: Period) -> str:
    """Name the days that a period asks for anew: 6 tháng cuối năm 2024 of what the year sums up."""
    part = own_part(period)
    return window(language, period) if part is None else part_name(language, part)


def own_part(period: Period) -> Part | None:
    """Return the time that a period asks for anew: the second half, where it sums up a year."""
    for part in period.parts:
        if part.window == period.asks:
            return part
    kind = _KINDS.get(period.asks.months)
    return None if kind is None else Part(id=period.id, kind=kind, window=period.asks)


def short_part(language: str, part: Part) -> str:
    """Name a part of a year without the year: Quý I, 6 tháng cuối năm."""
    key = f"pictures.part.{part.kind}"
    if part.kind is PeriodKind.HALF_YEAR:
        key += f".{part.ordinal}"
    number = _ROMAN[part.ordinal] if part.kind is PeriodKind.QUARTER else ""
    return locales.text(language, key, number=number)


def plan_title(language: str, pack: Pack) -> str:
    """Name the plan in a few words, as on a line of its own."""
    title = pack.short_title.in_language(language)
    return title[:1].upper() + title[1:]


def span_name(language: str, period: Period) -> str:
    """Name the longest time that a period sums up."""
    return part_name(language, period.parts[-1])


def window(language: str, period: Period) -> str:
    """Tell the days that new figures are asked for."""
    return locales.text(language, "period.window", first=period.asks.first, last=period.asks.last)


def deadline(language: str, period: Period) -> str:
    """Tell the deadline as the document words it."""
    key = "period.before" if period.exclusive else "period.until"
    return locales.text(language, key, day=period.named_day)


def send_by(language: str, period: Period) -> str:
    """Tell the deadline within a sentence: gửi trước ngày 15/6/2025."""
    key = "period.send_before" if period.exclusive else "period.send_until"
    return locales.text(language, key, day=period.named_day)


def days_left(language: str, period: Period, today: date) -> str:
    """Tell how long there still is, or how long it is overdue."""
    if (late := days_late(period, today)) > 0:
        return locales.text(language, "period.overdue", days=f"{late:02}")
    if today > period.last_on_time:
        return locales.text(language, "timeliness.grace")
    if today == period.last_on_time:
        return locales.text(language, "period.last_day")
    left = (period.named_day - today).days
    if left > int(period.exclusive):
        return locales.text(language, "period.left", days=left)
    # The last day fell on a day off.
    return locales.text(language, "period.rolled", day=period.last_on_time)


def when_sent(language: str, period: Period, sent_at: datetime) -> str:
    """Tell whether a report came on time."""
    day = local(sent_at).date()
    state = timeliness(period, day)
    if state is Timeliness.LATE:
        return locales.text(language, "timeliness.late", days=f"{days_late(period, day):02}")
    return locales.text(language, f"timeliness.{state}")


def unit_left(language: str, pack: Pack, unit: str, period: Period, today: date) -> str:
    """Tell one unit how long there still is; an invited body is never overdue."""
    if pack.obligation(pack.tree[unit]) is Obligation.INVITED and today > period.last_on_time:
        return locales.text(language, "period.invited")
    return days_left(language, period, today)


def unit_sent(language: str, pack: Pack, unit: str, period: Period, sent_at: datetime) -> str:
    """Tell whether one unit's report came on time; an invited body's is never late."""
    invited = pack.obligation(pack.tree[unit]) is Obligation.INVITED
    if invited and timeliness(period, day(sent_at)) is not Timeliness.ON_TIME:
        return locales.text(language, "timeliness.invited")
    return when_sent(language, period, sent_at)


def clock(moment: datetime) -> str:
    """Write the hour as 09:12."""
    return f"{local(moment):%H:%M}"


def clock_and_day(language: str, moment: datetime, today: date) -> str:
    """Write the hour of a moment, and its date where that is not today: 09:12 ngày 12/6/2025."""
    if day(moment) == today:
        return clock(moment)
    return locales.text(language, "moment.other_day", time=clock(moment), day=day(moment))


def day(moment: datetime) -> date:
    """Return the date of a moment in Việt Nam."""
    return local(moment).date()


def body_name(pack: Pack, code: str, language: str = "vi") -> str:
    """Name the office that reports for a unit, with the district it belongs to."""
    above = [other.name[0].lower() + other.name[1:] for other in pack.tree.above(code)]
    return ", ".join([short_body(pack, code), *above])


def province_name(pack: Pack) -> str:
    """Name the province as it stands within a sentence: tỉnh Lai Châu."""
    return pack.province.name[0].lower() + pack.province.name[1:]


def channel_name(language: str, channel: str) -> str:
    """Return what a channel is called."""
    return locales.catalog(language).get(f"channel.name.{channel}", channel)


def short_body(pack: Pack, code: str) -> str:
    """Name the office that reports for a unit, without its district; its name may hold commas."""
    unit = pack.tree[code]
    pattern = pack.unit_types[unit.type].body
    name = unit.name if pattern.startswith("{") else unit.name[0].lower() + unit.name[1:]
    return pattern.format(name=name)


def figure(language: str, question: Question, answer: Answer | None) -> str:
    """Write an answer: a number, có or không, or the state it is in."""
    if answer is None:
        return locales.text(language, "state.none")
    if answer.state in (AnswerState.MISSING, AnswerState.NOT_APPLICABLE):
        return locales.text(language, f"state.{answer.state}")
    number = answer.number or Decimal(0)
    if question.indicator.kind is IndicatorKind.YES_NO:
        return locales.text(language, "state.yes" if number else "state.no")
    return locales.shown(language, number)


def change(language: str, now: Decimal | None, before: Decimal | None) -> str:
    """Write a change of half or more as a rounded percentage, a smaller one not at all."""
    if now is None or not before:
        return ""
    growth = Fraction(now) / Fraction(before) - 1
    if abs(growth) < _NOTABLE:
        return ""
    sign = "-" if growth < 0 else "+"
    percent = locales.shown(language, Decimal(abs(round(growth * 100))))
    return locales.text(language, "state.change", percent=f"{sign}{percent}")


def doubt_text(language: str, pack: Pack, doubt: Doubt) -> str:
    """Word what is doubtful about an answer."""
    args: dict[str, object] = {name: _number(value) for name, value in doubt.args.items()}
    for name in ("part", "whole"):
        if code := doubt.args.get(f"{name}_code"):
            args[f"{name}_label"] = pack.indicators[str(code)].label.in_language(language)
    return locales.text(language, doubt.key, **args)


def _number(value: str | int) -> object:
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def percent(language: str, part: int, whole: int) -> str:
    """Write a share with one decimal, cut and never rounded up: 49,96% is not 50%."""
    tenths = part * 1000 // whole if whole else 0
    return locales.text(language, "state.percent", number=Decimal(tenths) / 10)


def share(language: str, share: Fraction, *, signed: bool = False) -> str:
    """Write an exact share with one decimal that never claims more than there is."""
    sign = "-" if share < 0 else "+" if signed else ""
    return sign + percent(language, abs(share).numerator, share.denominator)


def growth(language: str, now: Decimal, then: Decimal) -> str:
    """Write by which share a figure changed, or that it did not."""
    if now == then:
        return locales.text(language, "figures.unchanged")
    return share(language, Fraction(now) / Fraction(then) - 1, signed=True)
