"""What somebody writes over several messages: kept in their talk, gone on with in its role."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from handlers.talk import Expect
from handlers.turn import Turn
from plans.people import Action, Role

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def kept_as(kind: type[T], kept: Mapping[str, object]) -> T:
    """Return what a talk keeps of one kind; what another release wrote otherwise is left out."""
    made = kind()
    for own in fields(made):
        value, empty = kept.get(own.name), getattr(made, own.name)
        if isinstance(value, list):
            value = [item for item in value if isinstance(item, str)]
        if type(value) is (str if isinstance(empty, str) else type(empty)):
            setattr(made, own.name, value)
    return made


def role_at_work(turn: Turn, number: int, work: Expect) -> Role | None:
    """Return the role that coordinators write in; without it, leave what waits for their words."""
    role = turn.role_numbered(str(number))
    if role is not None and turn.may(role, Action.COORDINATE, role.unit):
        return role
    if turn.talk.expect is work:
        turn.talk.leave()
    return None
