"""Announcements: listed, with what became of each; taken back, corrected, read."""

import re

from documents import wording
from documents.announcements import lacking_lines, report_text, tally_text
from documents.nudges import moment_text
from handlers.announce_draft import drafted_in
from handlers.announce_moves import begin, withdrawing
from handlers.desks import role_for
from handlers.pages import manner_of, page_of
from handlers.request_moves import current_card
from handlers.turn import Turn, forbid
from handlers.written import as_typed, beginning
from plans.announcements import Announcement, Fate, Reading, count, number_of
from plans.errors import Refused
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.spelling import plain
from storage import announcements
from storage.drafts import Key

SHOWN, PAGE = 5, 20
_NUMBER = re.compile(r"#?(?:TB ?-? ?)?(\d{1,9})(?: TRANG(\d{1,4}))?")
_FAR_BACK = 200


def announce(turn: Turn, words: str) -> Reply:
    """List what was announced, show one by its number, or begin one with the words given."""
    role = role_for(turn, Action.COORDINATE, f"/thongbao {words}".strip())
    if found := _NUMBER.fullmatch(words.upper().strip()):
        return _shown(turn, role, int(found[1]), int(found[2] or 1), words)
    if words:
        return begin(turn, role, as_typed(turn, words))
    made = _mine(turn, role)
    if not made and not drafted_in(turn.talk).begun:
        return begin(turn, role, "")
    return _list(turn, role, made)


def _mine(turn: Turn, role: Role) -> list[Announcement]:
    """Return the newest announcements that concern no more than the role coordinates."""
    found = announcements.newest(turn.connection, role.plan, _FAR_BACK)
    return [one for one in found if turn.may(role, Action.COORDINATE, one.unit)][:SHOWN]


def _list(turn: Turn, role: Role, made: list[Announcement]) -> Reply:
    lines = [turn.text("announce.list" if made else "announce.list_none")]
    for one in made:
        tally = tally_text(turn.language, announcements.readings(turn.connection, one.id))
        when = moment_text(turn.language, one.due_at)
        words = beginning(one.text)
        args = {"number": one.number, "at": when, "words": words, "tally": tally}
        lines.append(turn.text("announce.line", **args))
    choices = [
        turn.choice("announce.see", f"/thongbao {one.number}", number=one.number) for one in made
    ]
    drafted = drafted_in(turn.talk)
    if drafted.begun:
        choices.append(
            turn.choice("announce.resume", "/thongbaobuoc", words=beginning(drafted.text, 30))
        )
    choices.append(turn.choice("announce.new", "/thongbaosoan"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _visible(turn: Turn, role: Role, id: int) -> Announcement:
    made = announcements.find(turn.connection, id)
    if made is None or made.plan != role.plan:
        raise Refused("announce.unknown", number=number_of(id))
    if not turn.may(role, Action.COORDINATE, made.unit):
        forbid()
    return made


def _shown(turn: Turn, role: Role, id: int, wanted: int, asked: str) -> Reply:
    """Tell what became of one: how many have it, and page by page who has not, and why."""
    made = _visible(turn, role, id)
    pack, found = turn.pack(role), announcements.readings(turn.connection, id)
    lines = lacking_lines(turn.language, pack, made, found)
    page = page_of(lines, PAGE, wanted)
    words = made.text if page.number == 1 else beginning(made.text)
    text = [report_text(turn.language, made, found, words)]
    if made.due_at > turn.now:
        text.append(turn.text("announce.goes_at", at=moment_text(turn.language, made.due_at)))
    if made.withdrawn_at:
        when = wording.clock_and_day(turn.language, made.withdrawn_at, turn.today)
        text.append(turn.text("announce.was_withdrawn", at=when))
    if lines:
        text += [turn.text("announce.lacking", count=len(lines)) + page.mark(turn)]
        text += page.part(lines)
    choices = page.choices(turn, f"/thongbao {made.number}")
    choices += _outcome_choices(turn, made, found)
    return Reply(text="\n".join(text), choices=tuple(choices), manner=manner_of(asked))


def _outcome_choices(turn: Turn, made: Announcement, found: list[Reading]) -> list[Choice]:
    choices, waiting = [], count(found)[Fate.WAITING]
    if waiting:
        choices.append(withdrawing(turn, made, waiting))
    if found:
        command = f"/thongbaodinhchinh {made.id}"
        choices.append(turn.choice("announce.correct", command, number=made.number))
    return [*choices, turn.choice("announce.all", "/thongbao")]


def withdraw(turn: Turn, words: str) -> Reply:
    """Take back what has not left."""
    made = _named(turn, words, "/thongbaorut")
    taken = announcements.withdraw(turn.connection, made.id, turn.now)
    arrived = count(announcements.readings(turn.connection, made.id))[Fate.SENT]
    if taken:
        key = Key(plan=made.plan, period="", unit=made.unit)
        after = {"number": made.number, "withdrawn": taken, "sent": arrived}
        turn.audit("announcement.withdrawn", key, after=after)
    choices = [turn.choice("announce.all", "/thongbao")]
    if arrived:
        command = f"/thongbaodinhchinh {made.id}"
        choices.insert(0, turn.choice("announce.correct", command, number=made.number))
    key_of_text = "announce.withdrawn" if taken else "announce.nothing_waits"
    return turn.say(key_of_text, *choices, number=made.number, count=taken, sent=arrived)


def correct(turn: Turn, words: str) -> Reply:
    """Write a correction to those who were written to; what still waits is taken back with it."""
    number, _, anew = words.partition(" ")
    made = _named(turn, number, "/thongbaodinhchinh")
    role = role_for(turn, Action.COORDINATE, f"/thongbaodinhchinh {words}")
    return begin(turn, role, "", anew=anew.strip() == "+", corrects=made)


def _named(turn: Turn, words: str, command: str) -> Announcement:
    role = role_for(turn, Action.COORDINATE, f"{command} {words}".strip())
    found = _NUMBER.fullmatch(words.upper().strip())
    if found is None:
        raise Refused("announce.unknown", number=words[:20])
    return _visible(turn, role, int(found[1]))


def was_read(turn: Turn, words: str) -> Reply:
    """Note that the person has read an announcement, the newest where none is named."""
    found = _NUMBER.fullmatch(plain(words).removeprefix("thong bao").strip().upper())
    id = int(found[1]) if found else None
    if id is None and not words.strip():
        id = announcements.last_unread(turn.connection, turn.person.id)
    if id is None or not announcements.read(turn.connection, id, turn.person.id, turn.now):
        raise Refused("announce.none_to_read")
    return _after_reading(turn, turn.text("announce.noted", number=number_of(id)))


def _after_reading(turn: Turn, noted: str) -> Reply:
    """Thank, and go on where the person was, if they were in the middle of anything."""
    if turn.talk.expect or turn.talk.period:
        return current_card(turn, before=noted)
    return Reply(text=noted)
