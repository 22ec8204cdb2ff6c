"""The progress picture: who has sent, day by day and by district, and the same in words."""

from documents import wording
from documents.charts import progress_chart
from documents.course import Course, course_text
from handlers.asked import Asked, understand
from handlers.desks import role_for
from handlers.turn import Turn
from handlers.unit_report import unit_report
from plans.messages import Choice, Reply
from plans.pack import Obligation
from plans.people import Action, Role
from storage import summaries
from storage.standings import progress_of


def chart(turn: Turn, words: str) -> Reply:
    """Draw a period's progress; one unit alone is shown by its report instead."""
    role = role_for(turn, Action.SEE_OTHERS, f"/bieudo {words}".rstrip())
    asked = understand(turn, role, words, "/bieudo")
    if asked.unit and not turn.pack(role).tree.children(asked.unit):
        return unit_report(turn, role, asked.period, asked.unit)
    course = _course(turn, role, asked)
    return Reply(
        text=course_text(turn.language, course),
        choices=_leads(turn, asked, course),
        file=progress_chart(turn.language, course),
    )


def _course(turn: Turn, role: Role, asked: Asked) -> Course:
    """Gather where every unit stands below the one that is asked about, and when each sent."""
    connection, period = turn.connection, asked.period
    progress = progress_of(connection, turn.world, role.plan, period, turn.today, asked.unit)
    sent = summaries.sent_in(connection, role.plan, period.id)
    days = {unit: wording.day(found.first_sent_at) for unit, found in sent.items()}
    return Course(progress=progress, first_sent=days, moment=turn.now)


def _leads(turn: Turn, asked: Asked, course: Course) -> tuple[Choice, ...]:
    """Lead on to the list of those who have not sent, and to the progress in words."""
    where = f"{asked.period.id} {asked.unit}".strip()
    owing = [row for row in course.progress.rows if not row.state.arrived]
    required = [row for row in owing if row.obligation is Obligation.REQUIRED]
    choices = [turn.choice("menu.progress", f"/tiendo {where}")]
    if owing:
        listed = len(required or owing)
        choices.insert(0, turn.choice("progress.list", f"/chuanop {where}", count=listed))
    return tuple(choices)
