"""What is there before a conversation begins: people, codes, reports sent earlier."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.conversation import Conversation, ConversationError, PastReport
from handlers.joining import VALID_FOR, hashed
from plans.answers import read
from plans.calendar import VIETNAM
from plans.dialogue import Answer, Answers, AnswerState, answer_from, questions_in
from plans.messages import Address
from plans.pack import Pack
from plans.people import RoleKind
from plans.receipts import receipt
from plans.world import World
from storage import join_codes, people, reports
from storage.drafts import Key
from storage.join_codes import Invitation
from storage.rollups import place_of


def prepare(
    connection: Connection, world: World, talk: Conversation, address_of: Callable[[str], Address]
) -> None:
    """Write a conversation's cast, codes and past reports; `address_of` says where a name is."""
    before = talk.now.astimezone(UTC) - timedelta(days=1)
    for member in talk.cast:
        join(
            connection,
            world,
            address_of(member.name),
            member.plan,
            RoleKind(member.kind),
            member.unit,
            before,
        )
    for issued in talk.codes:
        kind = RoleKind(issued.kind)
        issue_code(connection, world, issued.code, talk.plan, issued.unit, before, kind)
    for past in talk.past:
        _send(connection, world, talk.plan, past)


def renewed(pack: Pack, year: int) -> Pack:
    """Return a plan as if it had been issued for a year: the same rules, the units of its end."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    calendar = pack.calendar.model_copy(
        update={
            "one_off": (),
            "recurring": tuple(
                rule.model_copy(update={"years": ()}) for rule in pack.calendar.recurring
            ),
        }
    )
    units = tuple(
        unit.model_copy(update={"valid_from": None, "valid_to": None})
        for unit in pack.units
        if unit.in_force(pack.valid_to)
    )
    return pack.model_copy(
        update={"valid_from": first, "valid_to": last, "calendar": calendar, "units": units}
    )


def join(
    connection: Connection,
    world: World,
    address: Address,
    plan: str,
    kind: RoleKind,
    unit: str,
    now: datetime,
) -> int:
    """Make somebody at an address a member of a plan; return the person's number."""
    if plan not in world.packs:
        raise ConversationError(f"no plan {plan}: write one of {', '.join(world.packs)}")
    if unit and unit not in world.packs[plan].tree:
        raise ConversationError(f"no unit {unit} in {plan}")
    person = people.person_at(connection, address)
    person = person or people.add_person(connection, address, "vi", now)
    people.grant(connection, person.id, plan, kind, unit, now)
    return person.id


def issue_code(
    connection: Connection,
    world: World,
    code: str,
    plan: str,
    unit: str,
    now: datetime,
    kind: RoleKind = RoleKind.FOCAL_POINT,
) -> None:
    """Issue a code that is chosen rather than drawn."""
    invitation = Invitation(hash=hashed(world.secret, code), plan=plan, kind=kind, unit=unit)
    join_codes.issue(connection, invitation, None, now, VALID_FOR)


def _send(connection: Connection, world: World, plan: str, past: PastReport) -> None:
    period = world.period(plan, past.period)
    if period is None:
        raise ConversationError(f"no period {past.period} in {plan}")
    asked = questions_in(world.packs[plan], period, past.unit)
    unknown = set(past.answers) - {question.code for question in asked}
    if unknown:
        raise ConversationError(f"not in the form of {past.unit}: {', '.join(sorted(unknown))}")
    answers = {
        question.code: answer_from(
            read(past.answers[question.code], question.indicator.answer_kind)
        )
        if question.code in past.answers
        else Answer(state=AnswerState.MISSING)
        for question in asked
    }
    sent_at = datetime.combine(period.last_on_time, time(9), VIETNAM).astimezone(UTC)
    send(connection, world, Key(plan=plan, period=period.id, unit=past.unit), answers, sent_at)


def send(
    connection: Connection,
    world: World,
    key: Key,
    answers: Answers,
    sent_at: datetime,
    reason: str = "",
) -> None:
    """Write a sent report as the bot would have."""
    period = world.period(key.plan, key.period)
    if period is None:
        raise ConversationError(f"no period {key.period} in {key.plan}")
    sent = sent_at.astimezone(VIETNAM).isoformat()
    reports.add(
        connection,
        key,
        answers,
        version=1,
        sent_at=sent_at,
        person_id=None,
        receipt=receipt(key.plan, period, key.unit, 1, sent, answers),
        reason=reason,
        kept=[],
        place=place_of(world.packs[key.plan].tree, key.unit),
    )
