"""The pictures of a plan: which one is asked for, the same in words, and where it leads on to."""

import re

from documents.course import Course
from documents.heat_grid import grid_page
from documents.standing_grid import Grid
from documents.target_bars import TargetSheet
from documents.years_compared import YearsCompared
from handlers.asked import understand
from handlers.desks import role_for, roles_for
from handlers.pages import Page
from handlers.pictures import Facts, Subject, Wanted, gather, make, told
from handlers.turn import Turn, forbid
from handlers.unit_report import unit_report
from plans.messages import Choice, File, Reply, Task
from plans.pack import Obligation
from plans.people import Action, Role
from plans.spelling import plain

# A grid's word begins what is said: a district is called A Lưới.
_SUBJECTS = (
    (Subject.GRID, re.compile(r"^(?:luoi|grid)\b(?: (?:nop bao cao|tien do|cac ky|of))?")),
    (Subject.TARGETS, re.compile(r"\b(?:so (?:voi|sanh) )?(?:voi )?(?:chi tieu|targets?)\b")),
    (
        Subject.YEARS,
        re.compile(
            r"\b(?:so (?:voi|sanh) )?(?:voi )?cung ky(?: (?:voi )?nam (?:truoc|ngoai|roi))?\b"
            r"|\b(?:year on year|last year)\b"
        ),
    ),
    (Subject.PROGRESS, re.compile(r"^(?:tien do|progress)\b")),
)
PICTURE = "picture"
_YEAR = re.compile(r"(?:\b(?:ca )?nam )?\b(20\d{2})\b(?!-)|\bnam (nay|ngoai|truoc|roi)\b")


def chart(turn: Turn, words: str) -> Reply:
    """Draw a period's progress, the grid of periods, targets, or a year beside the last."""
    role = role_for(turn, Action.SEE_OTHERS, f"/bieudo {words}".rstrip())
    wanted = _wanted(turn, role, words)
    asked = wanted.asked
    one = asked.unit and not turn.pack(role).tree.children(asked.unit)
    if one and wanted.subject is Subject.PROGRESS:
        return unit_report(turn, role, asked.period, asked.unit)
    facts = gather(turn, role, wanted)
    return Reply(
        text=told(turn.language, wanted, facts),
        choices=(*_leads(turn, role, wanted, facts), *_others(turn, role, wanted)),
        task=Task(kind=PICTURE, words=f"{role.plan} {words}".rstrip()),
    )


def make_picture(turn: Turn, words: str) -> File:
    """Draw a picture that was asked for, by what the person may see now."""
    plan, _, rest = words.partition(" ")
    mine = [role for role in roles_for(turn, Action.SEE_OTHERS) if role.plan == plan]
    if not mine:
        forbid()
    role = next((role for role in mine if role.id == turn.talk.role), mine[0])
    return make(turn, role, _wanted(turn, role, rest))


def grid(turn: Turn, words: str) -> Reply:
    """Draw the grid of who sent in which period."""
    return chart(turn, f"{_WORDS[Subject.GRID]} {words}".rstrip())


def targets(turn: Turn, words: str) -> Reply:
    """Draw the plan's targets as bars."""
    return chart(turn, f"{_WORDS[Subject.TARGETS]} {words}".rstrip())


def years(turn: Turn, words: str) -> Reply:
    """Draw a year's figures beside those of the year before."""
    return chart(turn, f"{_WORDS[Subject.YEARS]} {words}".rstrip())


def _wanted(turn: Turn, role: Role, words: str) -> Wanted:
    """Read which picture words ask for, and of what."""
    said, subject, year = plain(words), Subject.PROGRESS, 0
    for named, pattern in _SUBJECTS:
        if found := pattern.search(said):
            subject, said = named, f"{said[: found.start()]} {said[found.end() :]}"
            break
    if subject is Subject.GRID and (found := _YEAR.search(said)):
        year = int(found[1]) if found[1] else turn.today.year - (found[2] != "nay")
        said = f"{said[: found.start()]} {said[found.end() :]}"
    asked = understand(turn, role, " ".join(said.split()), f"/bieudo {_WORDS[subject]}".rstrip())
    return Wanted(subject=subject, asked=asked, year=year)


_WORDS = {
    Subject.PROGRESS: "",
    Subject.GRID: "luoi",
    Subject.TARGETS: "chi tieu",
    Subject.YEARS: "cung ky",
}


def _leads(turn: Turn, role: Role, wanted: Wanted, facts: Facts) -> list[Choice]:
    """Lead on from a picture to its other pages, and to what it tells in words."""
    where = f"{wanted.asked.period.id} {wanted.asked.unit}".strip()
    match facts:
        case Course():
            return _progress_leads(turn, where, facts)
        case Grid():
            return _grid_leads(turn, wanted, facts)
        case TargetSheet():
            page = Page(number=facts.page, count=facts.pages, size=1)
            found = page.choices(turn, f"/bieudo chi tieu {where}")
            return [*found, turn.choice("menu.targets", f"/chitieu {where}")]
        case YearsCompared():
            return _years_leads(turn, wanted, facts, where)


def _progress_leads(turn: Turn, where: str, course: Course) -> list[Choice]:
    """Lead on to the list of those who have not sent, and to the progress in words."""
    owing = [row for row in course.progress.rows if not row.state.arrived]
    required = [row for row in owing if row.obligation is Obligation.REQUIRED]
    choices = [turn.choice("menu.progress", f"/tiendo {where}")]
    if owing:
        listed = len(required or owing)
        choices.insert(0, turn.choice("progress.list", f"/chuanop {where}", count=listed))
    return choices


def _grid_leads(turn: Turn, wanted: Wanted, drawn: Grid) -> list[Choice]:
    """Lead on to the other pages of a grid, and from districts to their units."""
    page = grid_page(turn.language, drawn, wanted.asked.page)
    year = f" {wanted.year}" if wanted.year else ""
    beside = Page(number=page.number, count=page.count, size=1)
    choices = beside.choices(turn, f"/bieudo luoi{year} {wanted.asked.unit}".rstrip())
    if not drawn.by_district:
        return choices
    tree = drawn.pack.tree
    below = [unit for unit in tree.children(drawn.root) if tree.children(unit.code)]
    return choices + [
        turn.choice("asked.unit", f"/bieudo luoi{year} {unit.code}", unit=unit.name)
        for unit in below
    ]


def _years_leads(turn: Turn, wanted: Wanted, drawn: YearsCompared, where: str) -> list[Choice]:
    """Lead on to other indicators, to one alone, and from one to its figures."""
    if wanted.asked.code:
        code = wanted.asked.code
        return [
            turn.choice("target.figure", f"/tonghop {where} {code}", code=code),
            turn.choice("pictures.all_flows", f"/bieudo cung ky {where}"),
        ]
    page = Page(number=drawn.page, count=drawn.pages, size=1)
    alone = [
        turn.choice("figures.code", f"/bieudo cung ky {where} {one.code}", code=one.code)
        for one in drawn.shown
    ]
    return [*alone, *page.choices(turn, f"/bieudo cung ky {where}")]


def _others(turn: Turn, role: Role, wanted: Wanted) -> list[Choice]:
    """Lead on to the other pictures of the same place."""
    asked = wanted.asked
    where = f"{asked.period.id} {asked.unit}".strip()
    commands = {
        Subject.PROGRESS: ("pictures.to.progress", f"/bieudo {where}"),
        Subject.GRID: ("pictures.to.grid", f"/bieudo luoi {asked.unit}".rstrip()),
        Subject.TARGETS: ("pictures.to.targets", f"/bieudo chi tieu {where}"),
        Subject.YEARS: ("pictures.to.years", f"/bieudo cung ky {where}"),
    }
    if not turn.pack(role).targets:
        del commands[Subject.TARGETS]
    return [
        turn.choice(key, command)
        for subject, (key, command) in commands.items()
        if subject is not wanted.subject
    ]
