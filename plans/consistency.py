"""What must agree across a pack, each rule in its own function; all that is broken is told."""

from collections.abc import Iterator

from plans.calendar_rules import CALENDAR_RULES
from plans.errors import Mistake
from plans.form_rules import FORM_RULES
from plans.target_rules import TARGET_RULES
from plans.unchecked import Rule, Unchecked
from plans.unit_rules import UNIT_RULES

RULES: tuple[Rule, ...] = (*FORM_RULES, *UNIT_RULES, *TARGET_RULES, *CALENDAR_RULES)


def inconsistent(pack: Unchecked) -> Iterator[Mistake]:
    """Yield every mistake between the parts of a pack."""
    for rule in RULES:
        yield from rule(pack)
