"""An announcement on its way: begun, step by step, dropped or sent."""

from documents.announcements import letter
from documents.nudges import moment_text
from handlers.announce_cards import AT_ONCE, back_and_later, card, sent_at
from handlers.announce_draft import Drafted, Step, drafted_in, here
from handlers.announce_whom import (
    ANEW,
    DISTRICTS,
    EARLIER,
    WATCHERS,
    Audience,
    audience,
    district_choices,
    units_of,
)
from handlers.desks import role_for
from handlers.turn import Turn
from handlers.written import beginning, fitting
from plans.announcements import LONGEST, Announcement, number_of
from plans.messages import Choice, Reply
from plans.people import Action, Role
from storage import announcements, letters
from storage.drafts import Key
from storage.letters import Letter, languages_of


def create(turn: Turn, words: str) -> Reply:
    """Begin an announcement, after asking where another one is half written."""
    role = role_for(turn, Action.COORDINATE, f"/thongbaosoan {words}".strip())
    return begin(turn, role, "", anew=words == "+")


def begin(
    turn: Turn, role: Role, text: str, *, anew: bool = False, corrects: Announcement | None = None
) -> Reply:
    """Ask for the first thing that a new announcement wants, unless another is half written."""
    other = drafted_in(turn.talk)
    if other.begun and not anew:
        again = f"/thongbaodinhchinh {corrects.id} +" if corrects else "/thongbaosoan +"
        words = beginning(other.text, 30)
        return turn.say(
            "announce.half_written",
            turn.choice("announce.resume", "/thongbaobuoc", words=words),
            turn.once("announce.anew", again),
            words=words,
        )
    drafted = Drafted(role=role.id)
    if corrects:
        drafted.corrects, drafted.whom = corrects.id, [f"{EARLIER}{corrects.id}"]
    if text:
        drafted.text = fitting(text, LONGEST)
        drafted.go_on()
    turn.talk.leave()
    turn.talk.role = role.id
    return card(turn, drafted, role)


def step(turn: Turn, words: str) -> Reply:
    """Go to a step that a button names, or on from this one."""
    drafted, role = here(turn)
    if turn.talk.expect:
        turn.talk.leave()
    turn.talk.role = role.id
    if words == "+":
        drafted.go_on()
    elif words in tuple(Step):
        drafted.step = words
    return card(turn, drafted, role)


def choose(turn: Turn, words: str) -> Reply:
    """Add whom a button names, show the districts, or choose anew."""
    drafted, role = here(turn)
    if words == DISTRICTS:
        asked = turn.text("announce.which_district")
        choices = (*district_choices(turn, role), *back_and_later(turn))
        return Reply(text=asked, choices=choices)
    drafted.step = Step.WHOM
    if words == ANEW:
        drafted.whom = []
    elif words:
        known = (token for token in words.split() if _is_known(turn, role, token))
        drafted.whom = list(dict.fromkeys([*drafted.whom, *known]))
        drafted.go_on()
    return card(turn, drafted, role)


def _is_known(turn: Turn, role: Role, token: str) -> bool:
    """Say whether a token means anybody; earlier readers are chosen by a correction only."""
    return token == WATCHERS or bool(units_of(turn, role, token))


def drop(turn: Turn, _words: str) -> Reply:
    """Forget the announcement that is half written."""
    turn.talk.announcement = {}
    turn.talk.leave()
    turn.talk.card += 1
    return turn.say("announce.dropped", turn.choice("announce.all", "/thongbao"))


def sent(turn: Turn, words: str) -> Reply:
    """Send it to whom the choice means at this moment, once."""
    drafted, role = here(turn)
    found = audience(turn, role, drafted.whom)
    if not drafted.text or not found.readers:
        drafted.step = Step.WHOM if drafted.text else Step.TEXT
        before = turn.text("announce.nobody") if drafted.text else ""
        return card(turn, drafted, role, before=before)
    at = turn.now if words == AT_ONCE else sent_at(turn, role)
    withdrawn = 0
    if drafted.corrects:
        withdrawn = announcements.withdraw(turn.connection, drafted.corrects, turn.now)
    made = announcements.add(
        turn.connection,
        plan=role.plan,
        unit=role.unit,
        text=drafted.text,
        written_by=turn.person.id,
        now=turn.now,
        due_at=at,
        missed=found.missed,
        corrects=drafted.corrects,
    )
    posted = letters.post_each(turn.connection, _letters(turn, role, made, found), turn.now)
    announcements.written(turn.connection, made.id, posted, found.readers)
    after = {"number": made.number, "people": len(posted), "to": drafted.whom}
    if drafted.corrects:
        after |= {"corrects": number_of(drafted.corrects), "withdrawn": withdrawn}
    turn.audit("announcement.sent", Key(plan=role.plan, period="", unit=role.unit), after=after)
    turn.talk.announcement = {}
    turn.talk.leave()
    # The card is done with: whoever taps it once more sends nothing.
    turn.talk.card += 1
    return _sent_reply(turn, made, len(posted))


def _letters(turn: Turn, role: Role, made: Announcement, found: Audience) -> list[Letter]:
    languages = languages_of(turn.connection, found.readers)
    corrected = number_of(made.corrects) if made.corrects else ""
    return [
        Letter(
            person_id=person_id,
            reply=letter(languages[person_id], turn.pack(role), made, corrected),
            not_before=made.due_at if made.due_at > turn.now else None,
        )
        for person_id in found.readers
    ]


def _sent_reply(turn: Turn, made: Announcement, people: int) -> Reply:
    later = made.due_at > turn.now
    choices = [turn.choice("announce.outcome", f"/thongbao {made.number}", number=made.number)]
    if later:
        choices.append(withdrawing(turn, made, people))
    return turn.say(
        "announce.scheduled" if later else "announce.sending",
        *choices,
        number=made.number,
        people=people,
        at=moment_text(turn.language, made.due_at),
    )


def withdrawing(turn: Turn, made: Announcement, waiting: int) -> Choice:
    """Offer to take back what has not left."""
    return turn.choice("announce.withdraw", f"/thongbaorut {made.id}", count=waiting)
