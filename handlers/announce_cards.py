"""The cards of an announcement: its words, whom it is for, and a look at it before it goes."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from documents import wording
from documents.announcements import channels_text, frame, missing_text, unit_title
from documents.nudges import moment_text
from handlers.announce_draft import Drafted, Step, here, keep
from handlers.announce_whom import (
    ANEW,
    COMMAND,
    Audience,
    audience,
    district_choices,
    named,
    set_choices,
    units_named,
)
from handlers.pages import Page, manner_of, page_of
from handlers.talk import Expect
from handlers.turn import Turn
from handlers.written import fitting
from plans.allowance import Allowance
from plans.announcements import LONGEST, Missing, number_of
from plans.calendar import local
from plans.errors import Refused
from plans.ladder import next_awake
from plans.messages import Choice, Reply, Urgency
from plans.people import Role
from storage import letters, postage
from storage.postage import Cost

AT_ONCE = "+"
PAGE = 40
_COUNTED = (Cost.QUOTA, Cost.PAID)


def card(turn: Turn, drafted: Drafted, role: Role, *, before: str = "") -> Reply:
    """Ask for what the announcement wants next; `before` stands above it."""
    turn.talk.expect = Expect.ANNOUNCEMENT
    keep(turn.talk, drafted)
    reply = _CARDS[Step(drafted.step)](turn, drafted, role)
    return Reply(text=f"{before}\n{reply.text}" if before else reply.text, choices=reply.choices)


def announcement_card(turn: Turn, *, before: str = "") -> Reply | None:
    """Show the announcement that is being written; None, and nothing expected, where it is lost."""
    try:
        drafted, role = here(turn)
    except Refused:
        return None
    return card(turn, drafted, role, before=before)


def _text_card(turn: Turn, drafted: Drafted, _role: Role) -> Reply:
    choices = [turn.once("card.later", "/huy")]
    lines = [turn.text("announce.text", most=LONGEST)]
    if drafted.corrects:
        number = number_of(drafted.corrects)
        lines.insert(0, turn.text("announce.corrects", number=number))
    if drafted.text:
        lines.append(turn.text("announce.text_now", text=drafted.text))
        choices.insert(0, turn.once("announce.keep", "/thongbaobuoc +"))
    return Reply(text="\n".join(lines), choices=tuple(choices))


def _whom_card(turn: Turn, drafted: Drafted, role: Role) -> Reply:
    lines, choices = [turn.text("announce.whom")], set_choices(turn, role, drafted.whom)
    if drafted.whom:
        lines.append(turn.text("announce.chosen", names=_whom_text(turn, drafted, role)))
        choices.insert(0, turn.once("announce.done", "/thongbaobuoc +"))
        choices.append(turn.once("announce.choose_anew", f"{COMMAND} {ANEW}"))
    return Reply(text="\n".join(lines), choices=(*choices, *back_and_later(turn)))


def back_and_later(turn: Turn) -> list[Choice]:
    """Offer to go a step back, or to leave it for later."""
    return [turn.once("announce.back", "/quaylai"), turn.once("card.later", "/huy")]


def _whom_text(turn: Turn, drafted: Drafted, role: Role) -> str:
    return "; ".join(named(turn, role, token) for token in drafted.whom)


def _check_card(turn: Turn, drafted: Drafted, role: Role) -> Reply:
    found, at = audience(turn, role, drafted.whom), sent_at(turn, role)
    corrected = number_of(drafted.corrects) if drafted.corrects else ""
    framed = frame(turn.language, turn.pack(role), role.unit, drafted.text, corrected)
    lines = [
        turn.text("announce.check", text=framed),
        turn.text(
            "announce.to",
            names=_whom_text(turn, drafted, role),
            people=len(found.readers),
            units=len(found.units - {one.unit for one in found.missed}),
        ),
        *_lacking(turn, found),
        *_channels(turn, found),
    ]
    if found.readers and at > turn.now:
        lines.append(turn.text("announce.quiet", at=moment_text(turn.language, at)))
    return Reply(text="\n".join(lines), choices=_check_choices(turn, found, at))


def _check_choices(turn: Turn, found: Audience, at: datetime) -> tuple[Choice, ...]:
    choices, count = [], len(found.readers)
    if count and at > turn.now:
        when = moment_text(turn.language, at)
        choices.append(turn.once("announce.send_at", "/thongbaogui", count=count, at=when))
        choices.append(turn.once("announce.send_now", f"/thongbaogui {AT_ONCE}", count=count))
    elif count:
        choices.append(turn.once("announce.send", "/thongbaogui", count=count))
    choices.append(turn.once("announce.edit_text", "/thongbaobuoc text"))
    choices.append(turn.once("announce.edit_whom", "/thongbaobuoc whom"))
    if found.missed:
        choices.append(turn.once("announce.missed", "/thongbaothieu", count=len(found.missed)))
    return (*choices, turn.once("announce.drop", "/thongbaobo"), turn.once("card.later", "/huy"))


def sent_at(turn: Turn, role: Role) -> datetime:
    """Return when what is confirmed now goes out: at once, or after the quiet hours."""
    return next_awake(turn.pack(role).calendar.reminders, turn.now)


def _lacking(turn: Turn, found: Audience) -> list[str]:
    counts = {why: len(found.lacking(why)) for why in Missing}
    return [turn.text(f"announce.lacking.{why}", count=n) for why, n in counts.items() if n]


def _channels(turn: Turn, found: Audience) -> list[str]:
    """Tell by which channels it goes, and what that costs where messages are counted."""
    where = letters.first_addresses(turn.connection, found.readers)
    channels = Counter(address.channel for address in where.values())
    if not channels:
        return []
    lines = [turn.text("announce.channels", channels=channels_text(turn.language, channels))]
    began = local(turn.now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for channel, count in sorted(channels.items()):
        allowance = turn.world.allowances.get(channel, Allowance())
        if not allowance.monthly:
            continue
        spent = postage.spent(turn.connection, channel, began, _COUNTED)
        room = allowance.may_send(Urgency.NUDGE, spent, count)
        lines.append(
            turn.text(
                "announce.cost" if room else "announce.cost_over",
                channel=wording.channel_name(turn.language, channel),
                count=count,
                spent=spent,
                monthly=allowance.monthly,
                left=max(0, allowance.monthly - allowance.kept - spent),
            )
        )
    return lines


_CARDS: dict[Step, Callable[[Turn, Drafted, Role], Reply]] = {
    Step.TEXT: _text_card,
    Step.WHOM: _whom_card,
    Step.CHECK: _check_card,
}


def take(turn: Turn, text: str) -> Reply:
    """Take what is typed as the announcement's words, or as names of its readers' units."""
    drafted, role = here(turn)
    if drafted.step == Step.TEXT:
        drafted.text = fitting(text, LONGEST)
        drafted.go_on()
        return card(turn, drafted, role)
    if drafted.step == Step.CHECK:
        return card(turn, drafted, role, before=turn.text("announce.at_check"))
    named_units = units_named(turn, role, text)
    drafted.whom = list(dict.fromkeys([*drafted.whom, *named_units.units]))
    keep(turn.talk, drafted)
    if named_units.refused:
        raise named_units.refused
    if named_units.districts:
        asked = turn.text("request.which_of_district")
        choices = (*district_choices(turn, role, named_units.districts), *back_and_later(turn))
        return Reply(text=asked, choices=choices)
    drafted.go_on()
    return card(turn, drafted, role)


def missed(turn: Turn, words: str) -> Reply:
    """Name the units that nobody can be written to for."""
    drafted, role = here(turn)
    pack, found = turn.pack(role), audience(turn, role, drafted.whom)
    lines = [
        f"- {unit_title(turn.language, pack, one.unit)}: {missing_text(turn.language, one.why)}"
        for one in found.missed
    ]
    page: Page = page_of(lines, PAGE, _page_in(words))
    title = turn.text("announce.missed_title", count=len(lines)) + page.mark(turn)
    back = turn.choice("announce.to_check", "/thongbaobuoc check")
    return Reply(
        text="\n".join([title, *page.part(lines)]),
        choices=(*page.choices(turn, "/thongbaothieu"), back),
        manner=manner_of(words),
    )


def _page_in(words: str) -> int:
    digits = words.strip().removeprefix("trang")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 1
