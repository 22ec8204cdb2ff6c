"""Issue one join code: it is shown once, and only its hash is kept."""

from handlers.joining import VALID_FOR, hashed, new_code
from handlers.turn import Turn
from plans.people import RoleKind
from storage import join_codes
from storage.drafts import Key
from storage.join_codes import Invitation


def issue(turn: Turn, plan: str, unit: str) -> str:
    """Issue one code for a unit's focal point; it is shown once and kept hashed."""
    code = new_code()
    invitation = Invitation(
        hash=hashed(turn.world.secret, code), plan=plan, kind=RoleKind.FOCAL_POINT, unit=unit
    )
    join_codes.issue(turn.connection, invitation, turn.person.id, turn.now, VALID_FOR)
    turn.audit("code.issued", Key(plan=plan, period="", unit=unit))
    return code
