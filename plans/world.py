"""What every conversation stands on: the plans and their calendars, the same for all turns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from plans.allowance import Allowance
from plans.calendar import Period, whole_calendar
from plans.decisions import Decisions, calendars, of_unit, with_requests
from plans.dhis2_mapping import Dhis2Mapping, proposed
from plans.pack import Pack
from plans.units import Unit
from plans.working_days import WorkingDays


@dataclass(slots=True)
class Links:
    """What channels tell of themselves once they know it: where an invitation opens, and groups.

    `invitations` holds, by channel, a link with {code} in it; `groups`, for each channel that has
    any, what follows a command there so that no other bot is meant: "@its_name".
    """

    invitations: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class World:
    """The packs, the working days, the secret under which codes are hashed, what was decided.

    `dhis2` has the mappings that an operator wrote, by plan. `allowances` is filled by the channels
    that have any; `synthetic` figures are a demo's.
    """

    packs: Mapping[str, Pack]
    working_days: WorkingDays
    secret: bytes = field(repr=False)
    invite_link: str = ""
    dhis2: Mapping[str, Dhis2Mapping] = field(default_factory=dict)
    links: Links = field(default_factory=Links, compare=False)
    allowances: dict[str, Allowance] = field(default_factory=dict, compare=False)
    decisions: Decisions = field(default_factory=Decisions)
    synthetic: bool = False
    _decided: dict[Decisions, "World"] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def calendars(self) -> Mapping[str, tuple[Period, ...]]:
        """Return every period of every plan."""
        return {id: whole_calendar(pack, self.working_days) for id, pack in self.packs.items()}

    def invite_links(self, code: str, channel: str = "") -> list[str]:
        """Return the links that carry a code: of the channel that is asked from, set, of others."""
        others = dict(self.links.invitations)
        own = others.pop(channel, "")
        templates = [own, self.invite_link, *others.values()]
        return [template.format(code=code) for template in templates if template]

    def decided(self, decisions: Decisions) -> "World":
        """Return the world as coordinators decided it: other deadlines, more forms."""
        if decisions == self.decisions:
            return self
        # Several threads read here: what one found stays good while another replaces it.
        found = self._decided.get(decisions)
        if found is None:
            found = self._with(decisions)
            self._decided.clear()
            self._decided[decisions] = found
        return found

    def _with(self, decisions: Decisions) -> "World":
        requests = {
            id: [request for request in decisions.requests if request.plan == id]
            for id in self.packs
        }
        packs = {
            id: with_requests(pack, requests[id]) if requests[id] else pack
            for id, pack in self.packs.items()
        }
        world = replace(self, packs=packs, decisions=decisions, _decided={})
        decided = calendars(packs, self.calendars, decisions, self.working_days)
        world.__dict__["calendars"] = decided
        return world

    def unit_period(self, plan: str, period: Period, unit: str) -> Period:
        """Return a period as it is for one unit: its deadline extended, or closed for it."""
        found, closing = self.decisions.until(plan, period.id, unit), None
        if self.decisions.closings:
            above = [one.code for one in self.packs[plan].tree.above(unit)]
            closing = self.decisions.closing(plan, period.id, ("", unit, *above))
        return of_unit(period, found, closing, self.working_days)

    def dhis2_mapping(self, plan: str) -> Dhis2Mapping:
        """Return what DHIS2 calls things of a plan: the operator's codes, or else our own."""
        return self.dhis2.get(plan) or proposed(self.packs[plan])

    def owing(
        self, plan: str, period: Period, root: str = "", unit_type: str = ""
    ) -> Iterator[Unit]:
        """Yield the units that a period asks, required or invited: below one, of a type, or all."""
        tree = self.packs[plan].tree
        return (
            unit
            for unit in tree
            if period.concerns(unit)
            and unit_type in ("", unit.type)
            and tree.within(unit.code, root)
        )

    def period(self, plan: str, id: str) -> Period | None:
        """Return a period of a plan by its name, or by the name of a part of it."""
        return next(
            (p for p in self.calendars[plan] if p.id == id or any(x.id == id for x in p.parts)),
            None,
        )

    def before(self, plan: str, period: Period) -> tuple[Period, ...]:
        """Return the recurring periods before one, the nearest first."""
        earlier = [
            p
            for p in self.calendars[plan]
            if p.named_day < period.named_day and not p.form and p.unit_types == period.unit_types
        ]
        return tuple(reversed(earlier))

    def year_so_far(self, plan: str, period: Period) -> tuple[Period, ...]:
        """Return the periods of the same year before one, whose figures its running total adds."""
        return tuple(
            p
            for p in self.before(plan, period)
            if p.year == period.year and p.asks.first >= period.widest.first
        )
