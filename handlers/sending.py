"""Send a report: the last checks, the version, the receipt, and who is told."""

from documents import wording
from handlers.cards import check_card, next_card, reason_card
from handlers.desks import Desk, current_desk, open_until
from handlers.outdated import ARRIVED, CORRECTED, told_of_change
from handlers.report import sent_before
from handlers.sent_for import told_coordinator, told_unit
from handlers.turn import Turn
from plans.calendar import local
from plans.checks import broken_pairs, identical
from plans.dialogue import Answer, Answers
from plans.errors import Refused
from plans.messages import Reply
from plans.pack import Severity
from plans.receipts import receipt
from storage import acceptances, drafts, reports
from storage.reports import Report
from storage.rollups import place_of

LONGEST_REASON = 300


def send(turn: Turn, argument: str) -> Reply:
    """Send the draft; one equal to the last is asked about, a correction wants a reason."""
    try:
        desk = current_desk(turn)
    except Refused:
        if turn.talk.period:
            raise
        return sent_before(turn)
    if obstacle := _obstacle(turn, desk):
        return obstacle
    same = identical(desk.draft.answers, desk.past.previous)
    if same and desk.draft.base_version == 0 and argument != "giống":
        return turn.say(
            "send.identical",
            turn.once("send.identical_yes", "/gui giống"),
            turn.once("send.identical_no", "/kiemtra"),
        )
    if desk.draft.base_version and not reports.open_return(turn.connection, desk.key):
        return reason_card(turn)
    return _sent(turn, desk, "")


def _obstacle(turn: Turn, desk: Desk) -> Reply | None:
    """Say what stands in the way of sending, on whichever way that is asked for."""
    if not desk.draft.ready:
        turn.talk.editing = False
        return next_card(turn, desk, None, before=turn.text("send.not_ready"))
    for check, part, whole in broken_pairs(desk.pack, desk.draft.answers):
        if check.severity is Severity.REFUSE:
            labels = {
                name: desk.pack.indicators[code].label.in_language(turn.language)
                for name, code in (("part_label", check.part), ("whole_label", check.whole))
            }
            hint = turn.text("checks.part_over_whole", part=part, whole=whole, **labels)
            return check_card(turn, desk, before=hint)
    corrects = desk.draft.base_version and not reports.open_return(turn.connection, desk.key)
    answers = desk.draft.answers.items()
    if corrects and all(answer.same_as(desk.sent.get(code)) for code, answer in answers):
        return check_card(turn, desk, before=turn.text("correction.unchanged"))
    return None


def correction_reason(turn: Turn, text: str) -> Reply:
    """Take the reason of a correction and send it."""
    desk = current_desk(turn)
    if not text.strip():
        return reason_card(turn)
    if len(text) > LONGEST_REASON:
        raise Refused("refused.too_long", most=LONGEST_REASON)
    if not desk.draft.base_version:
        return check_card(turn, desk)
    return _obstacle(turn, desk) or _sent(turn, desk, text.strip())


def _sent(turn: Turn, desk: Desk, reason: str) -> Reply:
    returned = reports.open_return(turn.connection, desk.key)
    report, before = _write(turn, desk, reason)
    turn.talk.leave()
    told = set(turn.others_of(desk.role.plan, desk.role.unit))
    if desk.on_behalf:
        told_unit(turn, desk, report, told)
    else:
        _tell(turn, desk, report, "send.colleague_sent", told)
    if before and (accepted := acceptances.of_report(turn.connection, before.id)):
        acceptances.take_back(turn.connection, desk.key, turn.now)
        if not returned:
            _tell(turn, desk, report, "send.accepted_corrected", {accepted.accepted_by} - told)
    if returned:
        _tell(turn, desk, report, "send.mended", {returned.returned_by} - told)
    cause = CORRECTED if before else ARRIVED
    if desk.on_behalf:
        reply = told_coordinator(turn, desk, report, told)
    else:
        reply = _receipt_card(turn, desk, report, "send.corrected" if before else "send.received")
    return told_of_change(turn, reply, cause, desk.key)


def _receipt_card(turn: Turn, desk: Desk, report: Report, key: str) -> Reply:
    """Give the unit its receipt, and name what it has no figure for yet."""
    reply = turn.say(
        key,
        turn.choice("report.correct", f"/dinhchinh {desk.period.id}"),
        turn.choice("menu.status", "/trangthai"),
        time=wording.clock(report.sent_at),
        day=wording.day(report.sent_at),
        timeliness=wording.unit_sent(
            turn.language, desk.pack, desk.role.unit, desk.period, report.first_sent_at
        ),
        receipt=report.receipt,
        version=report.version,
        lock=open_until(turn, desk.key, desk.period),
    )
    missing = [q for q in desk.draft.questions if desk.draft.answers[q.code].state == "missing"]
    if not missing:
        return reply
    numbers = ", ".join(str(question.number) for question in missing)
    return Reply(
        text=f"{reply.text}\n{turn.text('send.still_missing', numbers=numbers)}",
        choices=reply.choices,
    )


def _write(turn: Turn, desk: Desk, reason: str) -> tuple[Report, Report | None]:
    """Add the version, close the draft and the return, and leave the trail."""
    answers = {q.code: desk.draft.answers[q.code] for q in desk.draft.questions}
    before = reports.latest(turn.connection, desk.key)
    version = reports.next_version(turn.connection, desk.key)
    sent = local(turn.now).isoformat()
    report = reports.add(
        turn.connection,
        desk.key,
        answers,
        version=version,
        sent_at=turn.now,
        person_id=turn.person.id,
        receipt=receipt(desk.role.plan, desk.period, desk.role.unit, version, sent, answers),
        reason=reason,
        kept=_kept(answers, desk),
        place=place_of(desk.pack.tree, desk.role.unit),
        on_behalf=desk.role.kind if desk.on_behalf else "",
    )
    old = reports.answers_of(turn.connection, before.id) if before else {}
    changed = [code for code, answer in answers.items() if not answer.same_as(old.get(code))]
    turn.audit(
        "report.sent",
        desk.key,
        before={c: _plain(old[c]) for c in changed if c in old} if before else None,
        after={"version": version, "reason": reason}
        | ({"on_behalf": str(desk.role.kind)} if desk.on_behalf else {})
        | {c: _plain(answers[c]) for c in changed},
    )
    reports.answer_returns(turn.connection, desk.key, turn.now)
    drafts.close(turn.connection, desk.draft_id)
    return report, before


def _kept(answers: Answers, desk: Desk) -> list[dict[str, object]]:
    """List what was doubted and confirmed all the same: it goes on record with the version."""
    kept: list[dict[str, object]] = [
        {"code": code, "doubt": answer.kept.key, **answer.kept.args}
        for code, answer in answers.items()
        if answer.kept
    ]
    if identical(answers, desk.past.previous):
        kept.append({"doubt": "identical"})
    return kept


def _plain(answer: Answer) -> str:
    return f"{answer.number:f}" if answer.number is not None else str(answer.state)


def _tell(turn: Turn, desk: Desk, report: Report, key: str, told: set[int]) -> None:
    for person_id in sorted(told - {turn.person.id}):
        turn.tell(
            person_id,
            key,
            unit=wording.body_name(desk.pack, desk.role.unit),
            period=lambda language: wording.period_name(language, desk.period),
            time=wording.clock(report.sent_at),
            day=wording.day(report.sent_at),
            receipt=report.receipt,
        )
