"""What channels may send in a month, told to coordinators before it runs out and when it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

import locales
from documents import wording
from plans.allowance import Allowance
from plans.calendar import local
from plans.held_back import NOTICE
from plans.messages import Brief, Reply, Urgency
from plans.people import RoleKind
from plans.world import World
from scheduler.sweep import all_awake
from storage import letters, people, postage
from storage.letters import Letter, languages_of
from storage.postage import Cost

LOW, STOPPED = "quota_low", "quota_stopped"
# What a channel records when its platform says that nothing is left.
USED: Final = "quota_used"
_COUNTED = (Cost.QUOTA, Cost.PAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """Where one channel stands in a month of Việt Nam's; `used` is the platform's own word."""

    channel: str
    allowance: Allowance
    month: str
    spent: int
    used: bool

    @property
    def over(self) -> bool:
        """Say whether nothing goes any more, answers neither."""
        return self.used or not self.allowance.may_send(Urgency.ANSWER, self.spent)

    @property
    def stopped(self) -> bool:
        """Say whether reminders go no more."""
        return self.used or not self.allowance.may_send(Urgency.REMINDER, self.spent)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return what people should have been warned of by now; the later makes up for both."""
        if self.stopped:
            return (STOPPED, LOW)
        return (LOW,) if self.allowance.runs_low(self.spent) else ()

    def text(self, language: str) -> str:
        """Tell where the channel stands and what follows."""
        kept = self.allowance.kept
        key = "low" if kept else "low_all"
        if self.stopped:
            key = "over" if self.over else "stopped"
        year, month = self.month.split("-")
        return locales.text(
            language,
            f"quota.{key}",
            channel=wording.channel_name(language, self.channel),
            month=f"{int(month)}/{year}",
            spent=self.spent,
            monthly=self.allowance.monthly,
            kept=kept,
        )


def quotas_run_low(connection: Connection, world: World, now: datetime) -> bool:
    """Say whether somebody is to be warned of a channel's month: it reads only."""
    return all_awake(world, now) and any(_untold(connection, world, now))


def warn_of_quotas(connection: Connection, world: World, now: datetime) -> int:
    """Warn every plan's coordinators, once a month of each; return the number of notices."""
    if not all_awake(world, now):
        return 0
    count = 0
    for month in _untold(connection, world, now):
        for kind in month.kinds:
            postage.warn(connection, month.channel, kind, month.month, now)
        count += letters.post(connection, list(_letters(connection, world, month)), now)
    return count


def _untold(connection: Connection, world: World, now: datetime) -> list[_Month]:
    """Return the channels of which people were not warned yet as they should be."""
    began = local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    name = f"{began:%Y-%m}"
    months = [
        _Month(
            channel=channel,
            allowance=allowance,
            month=name,
            spent=postage.spent(connection, channel, began, _COUNTED),
            used=postage.warned(connection, channel, USED, name),
        )
        for channel, allowance in world.allowances.items()
    ]
    return [
        month
        for month in months
        if month.kinds and not postage.warned(connection, month.channel, month.kinds[0], name)
    ]


def _letters(connection: Connection, world: World, month: _Month) -> Iterable[Letter]:
    told = {
        role.person_id
        for plan in world.packs
        for role, _, _ in people.watchers(connection, plan, (RoleKind.COORDINATOR,))
    }
    for person_id, language in sorted(languages_of(connection, told).items()):
        brief = Brief(kind=NOTICE, fields={})
        text = month.text(language)
        reply = Reply(text=text, urgency=Urgency.ANSWER, brief=brief)
        yield Letter(person_id=person_id, reply=reply)
