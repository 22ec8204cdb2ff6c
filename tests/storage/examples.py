"""Values that the storage tests write and read back."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Connection

from plans.dialogue import Answer, AnswerState
from plans.messages import Address, Message
from storage import people
from storage.drafts import Key
from storage.rollups import Place

NOW = datetime(2024, 6, 11, 1, 0, tzinfo=UTC)
ANN = Address(channel="webchat", chat="ann")
BINH = Address(channel="telegram", chat="binh")
KEY = Key(plan="binh_thuan_2024", period="2024-Q2", unit="22915")
PLACE = Place(area="594", unit_type="commune")
OTHER = Key(plan="binh_thuan_2024", period="2024-Q2", unit="22918")


def message(id: str, address: Address = ANN) -> Message:
    return Message(address=address, id=id, text="15")


def value(number: str | int) -> Answer:
    return Answer(state=AnswerState.VALUE, value=Decimal(number))


def joined(connection: Connection, address: Address = ANN) -> int:
    return people.add_person(connection, address, "vi", NOW).id
