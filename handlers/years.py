"""A plan summed up over its years (sơ kết, tổng kết): a table, one indicator, the targets."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from documents import wording
from documents.figures import Reader
from documents.years import OverYears, YearFigure, block, in_full, verdict_lines
from handlers.asked import Asked, understand
from handlers.consolidating import totals_of
from handlers.desks import role_for
from handlers.figures import figures
from handlers.pages import manner_of, page_of
from handlers.spoken_years import spoken_years
from handlers.targeting import judged_for
from handlers.turn import Turn
from plans.added import Added
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import IndicatorKind
from plans.people import Action, Role
from plans.spelling import plain
from storage.totals import Totals

PAGE, SHEET = 6, 20
_YEARS = re.compile(
    r"\b(?:(?:ca |toan )?giai doan|giaidoan|(?:qua |theo )?(?:cac|tung) nam|so ket|tong ket"
    r"|giua (?:ky|nhiem ky)"
    r"|(?:over the )?years)\b"
)
_TARGETS = re.compile(r"\b(?:chi tieu|chitieu|targets)\b")


def summed(turn: Turn, words: str) -> Reply:
    """Tell the figures of a period, or over the plan's years where words say so."""
    return over_years(turn, words) if _YEARS.search(plain(words)) else figures(turn, words)


def over_years(turn: Turn, words: str) -> Reply:
    """Sum the plan up over its years: every indicator, one of them, or the targets at its end."""
    role = role_for(turn, Action.SEE_OTHERS, f"/giaidoan {words}")
    rest = _YEARS.sub(" ", " ".join(plain(words).split()))
    targets = bool(_TARGETS.search(rest))
    span, rest = _span(turn, role, _TARGETS.sub(" ", rest))
    asked = understand(turn, role, rest, f"/giaidoan {span}".rstrip())
    asked = replace(asked, years=span)
    years = _within(years_reached(turn, role), span)
    last = years[max(years)][-1]
    totals = totals_of(turn, role, last, asked.unit, asked.code)
    if targets:
        return _targets(turn, role, asked, last)
    if asked.code:
        return _one(turn, role, asked, gather(turn, role, totals, years, [asked.code])[0])
    return replace(_table(turn, role, asked, totals, years), manner=manner_of(words))


def _span(turn: Turn, role: Role, words: str) -> tuple[str, str]:
    """Part several years that words name, as buttons carry them, from the rest."""
    years = sorted({period.year for period in _recurring(turn, role)})
    reached = max(years_reached(turn, role), default=years[0])
    span, rest = spoken_years(words, years, reached)
    return "-".join(map(str, span)) if span else "", rest


def _within(years: dict[int, list[Period]], span: str) -> dict[int, list[Period]]:
    """Return those years that have begun among the years asked for; refuse none."""
    if not years:
        raise Refused("years.none_yet")
    if not span:
        return years
    first, last = map(int, span.split("-"))
    found = {year: periods for year, periods in years.items() if first <= year <= last}
    if not found:
        reached = ", ".join(map(str, years))
        raise Refused("years.none_of", first=str(first), last=str(last), reached=reached)
    return found


def years_reached(turn: Turn, role: Role) -> dict[int, list[Period]]:
    """Return the recurring periods that have opened, by year and in the order of deadlines."""
    found: dict[int, list[Period]] = {}
    for period in _recurring(turn, role):
        if period.opens <= turn.today:
            found.setdefault(period.year, []).append(period)
    return found


def gather(
    turn: Turn, role: Role, totals: Totals, years: dict[int, list[Period]], codes: Iterable[str]
) -> list[OverYears]:
    """Add up indicators year by year, as a role may see them."""
    reader = Reader(pack=totals.pack, role=role)
    whole = Counter(period.year for period in _recurring(turn, role))
    found = []
    for code in codes:
        indicator = totals.pack.indicators[code]
        figures = []
        for year, periods in years.items():
            flows = indicator.kind is IndicatorKind.FLOW
            over = periods if flows else _last_of_each(periods)
            figures.append(
                YearFigure(
                    year=year,
                    last=periods[-1],
                    found=sum((totals.in_period(code, one) for one in over), Added()),
                    expected=sum(totals.expected(code, one) for one in over),
                    running=len(periods) < whole[year],
                )
            )
        types = totals.counted_types(code, totals.period)
        masked = reader.masks(code, totals.root, types)
        found.append(OverYears(code=code, indicator=indicator, years=figures, masked=masked))
    return found


def _recurring(turn: Turn, role: Role) -> list[Period]:
    return [period for period in turn.world.calendars[role.plan] if not period.form]


def _last_of_each(periods: list[Period]) -> list[Period]:
    """Return the last period of those who report together: some types may have their own."""
    last = {period.unit_types: period for period in periods}
    return list(last.values())


def _codes(totals: Totals) -> list[str]:
    """Return the indicators that somebody here is asked for, in the pack's order."""
    return [
        code
        for code in totals.pack.indicators
        if totals.counted_types(code, totals.period) and totals.expected(code)
    ]


def _title(turn: Turn, role: Role, asked: Asked, years: dict[int, list[Period]]) -> str:
    pack = turn.pack(role)
    where = pack.tree.title(asked.unit) if asked.unit else pack.province.name
    if len(years) == 1:
        return turn.text("years.title_one", year=str(min(years)), where=where)
    return turn.text("years.title", first=str(min(years)), last=str(max(years)), where=where)


def _table(
    turn: Turn, role: Role, asked: Asked, totals: Totals, years: dict[int, list[Period]]
) -> Reply:
    codes = _codes(totals)
    page = page_of(codes, PAGE, asked.page)
    shown = gather(turn, role, totals, years, page.part(codes))
    lines = [_title(turn, role, asked, years) + page.mark(turn)]
    lines += [block(turn.language, one) for one in shown]
    if running := [one for over in shown[:1] for one in over.years if one.running]:
        name = wording.period_name(turn.language, running[-1].last)
        lines.append(turn.text("years.running", period=name))
    where = f"{asked.years} {asked.unit}".strip()
    choices = [
        turn.choice(
            "figures.code", " ".join(f"/giaidoan {where} {one.code}".split()), code=one.code
        )
        for one in shown
    ]
    choices += page.choices(turn, f"/giaidoan {where}".strip())
    if totals.pack.targets:
        choices.append(turn.choice("years.targets", f"/giaidoan chitieu {where}".strip()))
    here = f"/tonghop {totals.period.id} {asked.unit}".strip()
    choices.append(turn.choice("menu.figures", here))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _one(turn: Turn, role: Role, asked: Asked, over: OverYears) -> Reply:
    years = _within(years_reached(turn, role), asked.years)
    if not any(one.expected for one in over.years):
        raise Refused("figures.not_asked", code=asked.code)
    where = f"{asked.years} {asked.unit}".strip()
    lines = [_title(turn, role, asked, years), in_full(turn.language, over)]
    choices = [
        turn.choice(
            "years.year",
            f"/tonghop {one.last.id} {asked.unit} {asked.code}".replace("  ", " "),
            year=str(one.year),
        )
        for one in over.years
    ]
    tree = turn.pack(role).tree
    for unit in tree.children(asked.unit):
        if tree.children(unit.code) and turn.may(role, Action.SEE_OTHERS, unit.code):
            command = " ".join(f"/giaidoan {asked.years} {unit.code} {asked.code}".split())
            choices.append(turn.choice("asked.unit", command, unit=unit.name))
    choices.append(turn.choice("years.all", f"/giaidoan {where}".strip()))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _targets(turn: Turn, role: Role, asked: Asked, last: Period) -> Reply:
    """Tell how the targets stand as of the plan's last period that has opened."""
    totals = totals_of(turn, role, last, asked.unit)
    if not totals.pack.targets:
        note = totals.pack.no_targets_note
        raise Refused("target.none", note=note.in_language(turn.language) if note else "")
    judged = [judged_for(role, totals, target) for target in totals.pack.targets]
    counted = Counter(readings[0].verdict for readings in judged)
    name = wording.period_name(turn.language, last)
    ends = last is _recurring(turn, role)[-1]
    lines = [turn.text("years.targets_end" if ends else "years.targets_so_far", period=name)]
    told = [
        f"{turn.text(f'target.verdict.{verdict}')}: {count}" for verdict, count in counted.items()
    ]
    lines.append(" · ".join(told))
    page = page_of(judged, SHEET, asked.page)
    lines += verdict_lines(turn.language, page.part(judged))
    where = f"{last.id} {asked.unit}".strip()
    of = f"{asked.years} {asked.unit}".strip()
    choices = page.choices(turn, f"/giaidoan chitieu {of}".rstrip())
    choices.append(turn.choice("menu.targets", f"/chitieu {where}"))
    choices.append(turn.choice("years.all", f"/giaidoan {of}".rstrip()))
    return Reply(text="\n".join(lines), choices=tuple(choices))
