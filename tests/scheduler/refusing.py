"""A channel that may carry nothing now, and people who are reached by it alone."""

from bot.channels import Limits
from bot.rehearsal import join
from plans.errors import SendError
from plans.messages import Address, Delivery
from plans.people import RoleKind
from tests.person import MUI_NE, PLAN, Town


class Refusing:
    """Refuse every delivery for one reason, as a quota or a window does, until `reason` is ""."""

    limits = Limits(text_length=2000, buttons=0, files_out=False)

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        self.asked: list[Delivery] = []
        self.sent: list[Delivery] = []

    async def send(self, delivery: Delivery) -> str:
        """Keep what was asked, and refuse it."""
        self.asked.append(delivery)
        if self.reason:
            raise SendError(self.reason, elsewhere=True)
        self.sent.append(delivery)
        return str(delivery.number)


async def reached_by(
    town: Town, channel: str, name: str, unit: str = MUI_NE, kind: RoleKind = RoleKind.FOCAL_POINT
) -> int:
    """Return somebody who joined on a channel and is reached nowhere else."""
    address, now = Address(channel=channel, chat=name), town.clock.now()
    return await town.database.run(
        lambda tx: join(tx, town.app.world, address, PLAN, kind, unit, now)
    )
