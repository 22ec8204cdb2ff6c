"""The plan's targets beside the figures: a sheet, and one target in full."""

import re
from dataclasses import replace

from documents import wording
from documents.figures import Reader
from documents.targets import target_in_full, target_text
from handlers.asked import Asked, understand
from handlers.desks import role_for
from handlers.pages import manner_of, page_of
from handlers.turn import Turn
from plans.errors import Refused
from plans.judging import judge
from plans.messages import Reply
from plans.pack import Pack
from plans.people import Action, Role
from plans.targets import Target, indicators_of
from plans.verdicts import Judged
from storage import summaries
from storage.totals import Totals

PAGE = 6
_ID = re.compile(r"\b([a-z]{2})[- ]?(\d{2}[a-z]?)\b", re.I)


def targets(turn: Turn, words: str) -> Reply:
    """Tell how the plan's targets stand as of a period, or one of them in full."""
    role = role_for(turn, Action.SEE_OTHERS, f"/chitieu {words}")
    pack = turn.pack(role)
    one, rest = _named(pack, words)
    asked = understand(turn, role, rest, "/chitieu")
    if not pack.targets:
        note = pack.no_targets_note
        raise Refused("target.none", note=note.in_language(turn.language) if note else "")
    totals = Totals(turn.connection, turn.world, role.plan, asked.period, asked.unit)
    if one is not None:
        return _in_full(turn, role, asked, totals, one)
    return replace(_sheet(turn, role, asked, totals), manner=manner_of(words))


def _named(pack: Pack, words: str) -> tuple[Target | None, str]:
    """Return the target that words name by its number, and the words that are left."""
    known = {target.id.upper(): target for target in pack.targets}
    for found in _ID.finditer(words):
        target = known.get(f"{found[1]}-{found[2]}".upper())
        if target and found[0].upper() not in pack.indicators:
            return target, f"{words[: found.start()]} {words[found.end() :]}"
    return None, words


def _sheet(turn: Turn, role: Role, asked: Asked, totals: Totals) -> Reply:
    page = page_of(totals.pack.targets, PAGE, asked.page)
    shown = page.part(totals.pack.targets)
    lines = [_title(turn, role, asked, totals) + page.mark(turn)]
    lines += [target_text(turn.language, judged_for(role, totals, target)) for target in shown]
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = [turn.choice("figures.code", f"/chitieu {where} {t.id}", code=t.id) for t in shown]
    choices += page.choices(turn, f"/chitieu {where}")
    choices.append(turn.choice("menu.figures", f"/tonghop {where}"))
    choices.append(turn.choice("pictures.to.targets", f"/bieudo chi tieu {where}"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _title(turn: Turn, role: Role, asked: Asked, totals: Totals) -> str:
    name = wording.period_name(turn.language, asked.period)
    if asked.unit:
        name += f" · {totals.pack.tree[asked.unit].name}"
    owing = {unit.code for unit in totals.owing()}
    sent = summaries.sent_in(turn.connection, role.plan, asked.period.id)
    return turn.text("target.title", period=name, sent=len(owing & sent.keys()), total=len(owing))


def masks_target(role: Role, totals: Totals, target: Target) -> bool:
    """Say whether small counts of people that a role may not see stand behind a target."""
    reader = Reader(pack=totals.pack, role=role)
    return any(
        reader.masks(code, totals.root, totals.counted_types(code, totals.period))
        for code in indicators_of(target)
    )


def judged_for(role: Role, totals: Totals, target: Target) -> tuple[Judged, ...]:
    """Judge a target; who may not see small counts of people sees the verdict alone."""
    found = judge(target, totals)
    if not masks_target(role, totals, target):
        return found
    return tuple(
        Judged(
            target=one.target,
            verdict=one.verdict,
            reading=one.reading,
            threshold=one.threshold,
            given=one.given,
            expected=one.expected,
        )
        for one in found
    )


def _in_full(turn: Turn, role: Role, asked: Asked, totals: Totals, target: Target) -> Reply:
    judged = judged_for(role, totals, target)
    where = f"{asked.period.id} {asked.unit}".strip()
    choices = [
        turn.choice("target.figure", f"/tonghop {where} {code}", code=code)
        for code in dict.fromkeys(indicators_of(target))
    ]
    choices.append(turn.choice("target.all", f"/chitieu {where}"))
    text = target_in_full(turn.language, totals.pack, judged)
    return Reply(text=f"{_title(turn, role, asked, totals)}\n{text}", choices=tuple(choices))
