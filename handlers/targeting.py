"""The plan's targets beside the figures: a sheet, and one target in full."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from documents import wording
from documents.figures import Reader
from documents.masking import as_told
from documents.targets import tally, tally_text, target_in_full, target_text
from handlers.asked import Asked, understand
from handlers.consolidating import totals_of
from handlers.desks import role_for
from handlers.pages import FIRST, manner_of, page_of
from handlers.turn import Turn
from plans.errors import Refused
from plans.judging import judge
from plans.messages import Choice, Reply
from plans.pack import Pack
from plans.people import Action, Role
from plans.spelling import plain
from plans.targets import Target, indicators_of
from plans.verdicts import Judged, Verdict
from storage.sendings import required_sent
from storage.totals import Totals

PAGE = 6
_ID = re.compile(r"\b([a-z]{2})[- ]?(\d{2}[a-z]?)\b", re.I)
_PICK = re.compile(r"\bloc:([a-z]+)\b")
_MARKS = ".,;:?!"
# Which verdicts a button or words ask for; what exceeds a target reaches it too.
PICKS: dict[str, frozenset[Verdict]] = {
    "missed": frozenset({Verdict.NOT_REACHED}),
    "unknown": frozenset({Verdict.NOT_ENOUGH}),
    "met": frozenset({Verdict.REACHED, Verdict.EXCEEDED}),
    "exceeded": frozenset({Verdict.EXCEEDED}),
}
_OFFERED = ("missed", "unknown", "met")
_SAID = {
    "": ("da dat chua", "dat chua", "dat het chua"),  # asks how all of them stand
    "unknown": ("chua du so lieu", "khong du so lieu", "thieu so lieu", "not enough figures"),
    "missed": ("chua dat", "khong dat", "chua hoan thanh", "not reached", "missed"),
    "exceeded": ("vuot muc", "vuot", "exceeded"),
    "met": ("da dat", "dat", "reached"),
}


def targets(turn: Turn, words: str) -> Reply:
    """Tell how the plan's targets stand as of a period, or one of them in full."""
    role = role_for(turn, Action.SEE_OTHERS, f"/chitieu {words}")
    pack = turn.pack(role)
    one, rest = _named(pack, words)
    pick, rest = picked(rest)
    asked = understand(turn, role, rest, "/chitieu")
    if not pack.targets:
        note = pack.no_targets_note
        raise Refused("target.none", note=note.in_language(turn.language) if note else "")
    totals = totals_of(turn, role, asked.period, asked.unit)
    if one is not None:
        return _in_full(turn, role, asked, totals, one)
    return replace(_sheet(turn, role, asked, totals, pick), manner=manner_of(words))


def picked(words: str) -> tuple[str, str]:
    """Part which verdicts are asked for, by a button's code or in words, from the words around."""
    if (found := _PICK.search(words)) and found[1] in PICKS:
        return found[1], f"{words[: found.start()]} {words[found.end() :]}"
    tokens = words.split()
    plainly = [plain(token).strip(_MARKS) for token in tokens]
    for pick, phrases in _SAID.items():
        for phrase in (one.split() for one in phrases):
            for at in range(len(plainly) - len(phrase) + 1):
                end = at + len(phrase)
                if plainly[at:end] == phrase:
                    return pick, " ".join(tokens[:at] + tokens[end:])
    return "", words


def _named(pack: Pack, words: str) -> tuple[Target | None, str]:
    """Return the target that words name by its number, and the words that are left."""
    known = {target.id.upper(): target for target in pack.targets}
    for found in _ID.finditer(words):
        target = known.get(f"{found[1]}-{found[2]}".upper())
        if target and found[0].upper() not in pack.indicators:
            return target, f"{words[: found.start()]} {words[found.end() :]}"
    return None, words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    """All targets as judged, and which of them are asked for, by their first reading."""

    every: Sequence[tuple[Judged, ...]]
    pick: str

    def of(self, pick: str) -> list[tuple[Judged, ...]]:
        """Return those that a pick asks for."""
        if not pick:
            return list(self.every)
        return [readings for readings in self.every if readings[0].verdict in PICKS[pick]]

    def otherwise(self) -> list[str]:
        """Name those that another reading than the first would pick."""
        return [
            readings[0].target.id
            for readings in self.every
            if readings[0].verdict not in PICKS[self.pick]
            and any(one.verdict in PICKS[self.pick] for one in readings)
        ]

    def choices(self, turn: Turn, where: str) -> list[Choice]:
        """Lead to those of one verdict, and back to all."""
        choices = [
            turn.choice(f"target.pick.{pick}", f"/chitieu {where} loc:{pick} {FIRST}", count=count)
            for pick in _OFFERED
            if pick != self.pick and 0 < (count := len(self.of(pick))) < len(self.every)
        ]
        if self.pick:
            choices.append(turn.choice("target.all", f"/chitieu {where} {FIRST}"))
        return choices


def _sheet(turn: Turn, role: Role, asked: Asked, totals: Totals, pick: str) -> Reply:
    every = [judged_for(role, totals, target) for target in totals.pack.targets]
    picked_ = _Picked(every=every, pick=pick)
    wanted = picked_.of(pick)
    page = page_of(wanted, PAGE, asked.page)
    shown = page.part(wanted)
    lines = [_title(turn, role, asked, totals) + page.mark(turn)]
    lines.append(tally_text(turn.language, tally(chain.from_iterable(every))))
    if pick:
        lines.append(turn.text(f"target.picked.{pick}", count=len(wanted)))
        if others := picked_.otherwise():
            lines.append(turn.text("target.picked_otherwise", names=", ".join(others)))
    lines += [target_text(turn.language, readings) for readings in shown]
    where = f"{asked.period.id} {asked.unit}".strip()
    ids = [readings[0].target.id for readings in shown]
    choices = [turn.choice("figures.code", f"/chitieu {where} {id}", code=id) for id in ids]
    choices += page.choices(turn, f"/chitieu {where} loc:{pick}" if pick else f"/chitieu {where}")
    choices += picked_.choices(turn, where)
    choices.append(turn.choice("menu.figures", f"/tonghop {where}"))
    choices.append(turn.choice("pictures.to.targets", f"/bieudo chi tieu {where}"))
    choices.append(turn.choice("menu.documents", f"/vanban {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _title(turn: Turn, role: Role, asked: Asked, totals: Totals) -> str:
    name = wording.period_name(turn.language, asked.period)
    if asked.unit:
        name += f" · {totals.pack.tree[asked.unit].name}"
    sent, total = required_sent(turn.connection, turn.world, role.plan, asked.period, asked.unit)
    return turn.text("target.title", period=name, sent=sent, total=total)


def judged_for(role: Role, totals: Totals, target: Target) -> tuple[Judged, ...]:
    """Judge a target; where small counts that a role may not see stand behind it, say only that."""
    found, reader = judge(target, totals), Reader(pack=totals.pack, role=role)
    masked = any(
        reader.masks(code, totals.root, totals.counted_types(code, totals.period))
        for code in indicators_of(target)
    )
    return as_told(totals.pack, found) if masked else found


def _in_full(turn: Turn, role: Role, asked: Asked, totals: Totals, target: Target) -> Reply:
    judged = judged_for(role, totals, target)
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = [
        turn.choice("target.figure", f"/tonghop {where} {code}", code=code)
        for code in dict.fromkeys(indicators_of(target))
    ]
    choices.append(turn.choice("target.all", f"/chitieu {where}"))
    text = target_in_full(turn.language, totals.year, judged)
    return Reply(text=f"{_title(turn, role, asked, totals)}\n{text}", choices=tuple(choices))
