"""Open a report: the right unit, the right period, the draft where it was left."""

from documents import wording
from handlers import at_once
from handlers.cards import check_card, next_card, opening, question_card, reason_card
from handlers.closed_lately import closed_lines
from handlers.delay_card import delay_card
from handlers.desks import (
    Desk,
    Standing,
    current_desk,
    is_open,
    key_of,
    locked,
    open_desk,
    open_until,
    role_for,
    roles_for,
    standing,
    unit_periods,
)
from handlers.return_cards import return_card
from handlers.spoken_period import spoken_period
from handlers.talk import Expect
from handlers.turn import Turn
from handlers.written_cards import written_card
from plans.calendar import Period
from plans.errors import Refused
from plans.messages import Reply
from plans.people import Action, Role, RoleKind
from plans.spelling import plain
from storage import reports


def report(turn: Turn, argument: str) -> Reply:
    """Open the report that is due, or of the period named, or say what there is to do instead."""
    role = role_for(turn, Action.REPORT, f"/baocao {argument}")
    stands = standing(turn, role)
    if argument:
        return enter(turn, role, named_period(turn, role, argument))
    if stands.returned or stands.owed:
        return enter(turn, role, (stands.returned + stands.owed)[0])
    return _nothing_due(turn, role, stands)


def named_period(turn: Turn, role: Role, words: str) -> Period:
    """Return the period of the unit that a button's code or plain words name."""
    named = (
        turn.world.period(role.plan, words.upper()) or spoken_period(turn, role, plain(words))[0]
    )
    own = [p for p in unit_periods(turn, role) if named and p.id == named.id]
    if not own:
        raise Refused("refused.no_period")
    return own[0]


def sent_before(turn: Turn) -> Reply:
    """Say that the last report was received, to somebody who sends it once more."""
    role = role_for(turn, Action.REPORT, "/baocao")
    stands = standing(turn, role)
    if not stands.sent:
        raise Refused("desk.none")
    return _nothing_due(turn, role, stands)


def _nothing_due(turn: Turn, role: Role, stands: Standing) -> Reply:
    turn.talk.role = role.id
    lines, choices = closed_lines(turn, role), []
    if lines:
        choices.append(turn.choice("menu.status", "/trangthai"))
    if stands.sent:
        last = stands.sent[-1]
        sent = reports.latest(turn.connection, key_of(role, last))
        if sent:
            name = wording.period_name(turn.language, last)
            until = open_until(turn, key_of(role, last), last)
            lines.append(turn.text("report.already", period=name, receipt=sent.receipt, lock=until))
            choices.append(turn.choice("report.correct", f"/dinhchinh {last.id}"))
    if stands.coming:
        coming = stands.coming[0]
        name = wording.period_name(turn.language, coming)
        due = wording.send_by(turn.language, coming)
        lines.append(turn.text("report.coming", period=name, opens=coming.opens, deadline=due))
        if coming.asks.first <= turn.today:
            choices.append(turn.choice("report.early", f"/baocao {coming.id}", period=name))
    if not lines:
        lines.append(
            turn.text("report.none_left", plan=turn.pack(role).title.in_language(turn.language))
        )
    return Reply(text="\n".join(lines), choices=tuple(choices))


def enter(turn: Turn, role: Role, period: Period) -> Reply:
    """Sit down at a unit's report of a period and show where it stands."""
    key = key_of(role, period)
    if not is_open(turn, key, period):
        raise locked(turn, role, period)
    if reports.latest(turn.connection, key) and not reports.open_return(turn.connection, key):
        return _sent_already(turn, period)
    desk = sit_down(turn, role, period)
    head = opening(turn, desk)
    returned = reports.open_return(turn.connection, key)
    if returned:
        head += "\n" + turn.text("report.returned", reason=returned.reason)
    if not desk.draft.unanswered and not desk.draft.doubted:
        return check_card(turn, desk, before=head)
    if desk.draft.answered:
        done, total = desk.draft.answered, len(desk.draft.questions)
        if not returned:
            head += "\n" + turn.text("report.resumed", done=done, total=total)
    if turn.message.medium.sparing and not desk.draft.doubted:
        return at_once.opened(turn, desk, head, next_card(turn, desk, None))
    return next_card(turn, desk, None, before=head)


def sit_down(turn: Turn, role: Role, period: Period) -> Desk:
    """Take the person to a unit's desk, their own or one they write for, and to no other."""
    turn.talk.leave()
    turn.talk.role, turn.talk.period = role.id, period.id
    if role.kind is not RoleKind.FOCAL_POINT:
        turn.talk.behalf = role.unit
    return open_desk(turn, role, period)


def _sent_already(turn: Turn, period: Period) -> Reply:
    """Offer to correct a report that was sent instead of entering it again."""
    correct = turn.choice("report.correct", f"/dinhchinh {period.id}")
    name = wording.period_name(turn.language, period)
    return turn.say("report.sent_already", correct, period=name)


def current_card(turn: Turn, *, before: str = "") -> Reply:
    """Show again where the person is: what is asked, the check card, or the menu."""
    if card := return_card(turn, before=before):
        return card
    if turn.talk.expect is Expect.DELAY_REASON and (card := delay_card(turn, before=before)):
        return card
    if card := written_card(turn, before=before):
        return card
    try:
        desk = current_desk(turn)
    except Refused:
        return menu(turn, before=before)
    return desk_card(turn, desk, before=before)


def desk_card(turn: Turn, desk: Desk, *, before: str = "") -> Reply:
    """Show what is being asked: a question, the reason of a correction, or the check card."""
    if turn.talk.expect is Expect.CORRECTION_REASON:
        return reason_card(turn, before=before)
    if turn.talk.expect is Expect.DOUBTS:
        return next_card(turn, desk, None, before=before)
    question = desk.draft.question(turn.talk.asking) if turn.talk.asking else None
    if question is None:
        return check_card(turn, desk, before=before)
    return question_card(turn, desk, question, before=before)


def then_card(turn: Turn, text: str) -> Reply:
    """Return words and, below them, the question or check card that the person is at."""
    if card := return_card(turn, before=text):
        return card
    if turn.talk.expect is Expect.DELAY_REASON and (card := delay_card(turn, before=text)):
        return card
    if card := written_card(turn, before=text):
        return card
    try:
        desk = current_desk(turn)
    except Refused:
        return Reply(text=text, choices=menu(turn).choices)
    return desk_card(turn, desk, before=text)


def menu(turn: Turn, *, before: str = "") -> Reply:
    """Offer what the person's roles allow."""
    choices = []
    if roles_for(turn, Action.REPORT):
        choices.append(turn.choice("menu.report", "/baocao"))
    if roles_for(turn, Action.SEE_OTHERS):
        choices.append(turn.choice("menu.progress", "/tiendo"))
        choices.append(turn.choice("menu.figures", "/tonghop"))
        choices.append(turn.choice("menu.documents", "/vanban"))
    choices.append(turn.choice("menu.help", "/trogiup"))
    text = turn.text("menu.what")
    return Reply(text=f"{before}\n{text}" if before else text, choices=tuple(choices))


def fill_in(turn: Turn, _argument: str) -> Reply:
    """Go on with what is unanswered or doubted."""
    desk = current_desk(turn)
    turn.talk.editing = False
    return next_card(turn, desk, None)


def leave(turn: Turn, _argument: str) -> Reply:
    """Leave what is open; the draft stays."""
    try:
        desk: Desk | None = current_desk(turn)
    except Refused:
        desk = None
    was_asking = bool(turn.talk.expect or turn.talk.unit)
    turn.talk.leave()
    if desk is None:
        return menu(turn, before=turn.text("leave.done" if was_asking else "leave.nothing"))
    done, total = desk.draft.answered, len(desk.draft.questions)
    resume = "/baocao" if not desk.draft.base_version else f"/dinhchinh {desk.period.id}"
    if desk.on_behalf:
        resume = f"/nhapthay {desk.period.id} {desk.role.unit}"
    return turn.say(
        "leave.draft_stays",
        turn.choice("menu.resume", resume),
        done=done,
        total=total,
        lock=open_until(turn, desk.key, desk.period),
    )
