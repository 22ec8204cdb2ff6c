"""A request in the making, kept in the coordinator's talk, and how its questions are read."""

import re
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

import locales
from handlers.in_the_making import kept_as
from handlers.talk import Talk
from plans.decisions import AskedFor
from plans.errors import Refused
from plans.pack import IndicatorKind
from plans.spelling import plain

LONGEST_TITLE, LONGEST_QUESTION, SHORTEST = 120, 200, 5

_NUMBERED = re.compile(r"^\s*(?:\d{1,2}\s*[.):]|[-*•+–])\s*")
_KIND = re.compile(r"\s*\(([^()]{1,20})\)\s*\??\s*$")
_YES_NO = ("co/khong", "co / khong", "co hay khong", "yes/no", "yes / no", "yes or no")
_MONEY = ("trieu dong", "trd", "tr.d", "tr. d", "million dong", "million vnd")
# What asks for somebody rather than for how many; compared without accents.
_PERSONS = re.compile(
    r"\b(?:danh sach|liet ke|ho (?:va )?ten|(?:neu|ghi|ghi ro|cho biet) ten"
    r"|ten (?:nguoi|doi tuong|hoc vien|chu|tung|cac|cua|nhung)|so dien thoai|sdt|so dt"
    r"|cccd|cmnd|cmt|can cuoc|chung minh (?:thu|nhan dan)|so dinh danh|ho chieu|dia chi"
    r"|ngay sinh|ly lich|so tai khoan|bien so"
    r"|names?|phone numbers?|telephone numbers?|addresse?s?|identity|id numbers?|passports?"
    r"|birth dates?|dates? of birth|lists? of)\b"
)


class Step(StrEnum):
    """What of a request is asked for, in order."""

    TITLE = "title"
    QUESTIONS = "questions"
    UNITS = "units"
    UNTIL = "until"
    CHECK = "check"


STEPS = tuple(Step)


@dataclass(slots=True, kw_only=True)
class Drafted:
    """A request as far as it goes: questions as they were typed, units by code, the day as ISO.

    `rewriting` is the number of the question whose new words are awaited; `mending` says that the
    check card comes next, whatever is changed.
    """

    role: int = 0
    step: str = Step.TITLE
    title: str = ""
    questions: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    until: str = ""
    rewriting: int = 0
    mending: bool = False

    @property
    def begun(self) -> bool:
        """Say whether there is something to go on with."""
        return bool(self.role and self.title)

    @property
    def last_day(self) -> date | None:
        """Return the deadline, None where it is not set or another release wrote it otherwise."""
        try:
            return date.fromisoformat(self.until)
        except ValueError:
            return None

    @property
    def lacking(self) -> Step | None:
        """Return the first step that is not done."""
        done = (self.title, self.questions, self.units, self.last_day)
        return next((step for step, value in zip(STEPS, done, strict=False) if not value), None)

    def move(self, by: int) -> None:
        """Go on or back by so many steps, within the steps there are."""
        place = STEPS.index(Step(self.step)) + by
        self.step = STEPS[min(max(place, 0), len(STEPS) - 1)]
        self.rewriting = 0

    def go_on(self) -> None:
        """Go to what is asked next: the check card where only one thing was to be changed."""
        if self.mending:
            self.step, self.mending = self.lacking or Step.CHECK, False
        else:
            self.move(1)


def drafted_in(talk: Talk) -> Drafted:
    """Return what stands in a talk; what another release wrote otherwise is left out."""
    drafted = kept_as(Drafted, talk.request)
    if not 0 <= drafted.rewriting <= len(drafted.questions):
        drafted.rewriting = 0
    if drafted.step not in STEPS:
        drafted.step = drafted.lacking or Step.CHECK
    return drafted


def keep(talk: Talk, drafted: Drafted) -> None:
    """Write a request in the making back to its talk."""
    talk.request = {**asdict(drafted), "step": str(drafted.step)}


def asks_for_persons(text: str) -> bool:
    """Say whether words ask for names, numbers or addresses of people, or for a list."""
    return _PERSONS.search(plain(text)) is not None


def fitting(text: str, longest: int) -> str:
    """Return a title or question on one line; refuse what is no words, too long, or of persons."""
    words = " ".join(_NUMBERED.sub("", text).split())
    if asks_for_persons(words):
        raise Refused("request.no_persons")
    if len(words) > longest:
        raise Refused("refused.too_long", most=longest)
    if sum(char.isalpha() for char in words) < SHORTEST:
        raise Refused("request.too_short", words=words[:20])
    return words


def asked_for(line: str) -> AskedFor:
    """Read a question: a count, unless it ends in (có/không) or (triệu đồng)."""
    found = _KIND.search(line)
    said = plain(found[1]) if found else ""
    label = line[: found.start()].strip() if found else line
    if said in _YES_NO:
        measure = locales.text("vi", "request.measure.yes_no")
        return AskedFor(label=label, measure=measure, kind=IndicatorKind.YES_NO)
    if said in _MONEY:
        measure = locales.text("vi", "request.measure.money")
        return AskedFor(label=label, measure=measure, money=True)
    return AskedFor(label=line, measure="")
