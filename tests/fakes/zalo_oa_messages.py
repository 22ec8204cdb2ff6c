"""Messages to one person and to a group: who can be reached, for free, for money or not at all."""

from tests.fakes.zalo_oa_content import mapping, read_content
from tests.fakes.zalo_oa_office import Office, Person
from tests.fakes.zalo_oa_refusals import Json, Refusal
from tests.fakes.zalo_oa_requests import Asked

HOUR = 3600
PRICE = 55  # VND for a message beside the package


class Messages:
    """Sends what the OA wrote."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def consult(self, asked: Asked) -> Json:
        """Send a consultation message."""
        office = self._office
        recipient = mapping(asked.body.get("recipient"), "recipient")
        content = read_content(office, asked.body.get("message"))
        person = reachable(office, recipient.get("user_id"))
        quota = self._charge(person)
        shown = office.draft(person.id, "cs", raw=asked.body, **content.told())
        office.send(shown)
        told: Json = {
            "message_id": shown.id,
            "user_id": person.id,
            "sent_time": office.clock.milliseconds(),
        }
        return told | ({"quota": quota} if quota else {})

    def to_group(self, asked: Asked) -> Json:
        """Send a message into a group: free, at any hour, without a window."""
        office = self._office
        number = mapping(asked.body.get("recipient"), "recipient").get("group_id")
        content = read_content(office, asked.body.get("message"))
        room = office.rooms.get(number) if isinstance(number, str) else None
        if room is None:
            raise Refusal(-201, "group_id")
        if not room.enabled or not office.habits.groups:
            raise Refusal(-237)
        shown = office.draft(room.id, "group", raw=asked.body, **content.told())
        office.costs.group += 1
        office.send(shown)
        return {
            "message_id": shown.id,
            "group_id": room.id,
            "sent_time": office.clock.milliseconds(),
        }

    def quota(self, asked: Asked) -> Json | list[Json]:
        """Return what can still be sent: to one person, or by the OA."""
        office = self._office
        if "user_id" not in asked.body:
            return [self._package()] if asked.body.get("quota_owner") == "OA" else _refuse()
        person = office.people.get(str(asked.body["user_id"]))
        if person is None or person.interacted is None:
            raise Refusal(-213)
        free = office.habits.free_replies
        open_now = age(office, person) <= office.habits.free_hours * HOUR
        total = (free or 0) if open_now else 0
        return {
            "last_interaction": str(int(person.interacted * 1000)),
            "cs_reply": {"remain": max(0, total - person.replies), "total": total},
            "promotion": {
                "daily_remain": 1,
                "daily_total": 1,
                "monthly_remain": 4,
                "monthly_total": 4,
            },
        }

    def _package(self) -> Json:
        office = self._office
        total = office.habits.package_quota
        return {
            "asset_id": "8c270000000000000001",
            "product_type": "cs",
            "quota_type": "sub_quota",
            "valid_through": office.clock.local.strftime("28/%m/%Y"),
            "total": total,
            "remain": office.paid.left(office.month, total),
        }

    def _charge(self, person: Person) -> Json | None:
        """Count a message against the quota that it falls under; return what is left of that."""
        habits = self._office.habits
        since = age(self._office, person)
        if since > habits.open_hours * HOUR:
            raise Refusal(-230)
        if since > habits.free_hours * HOUR:
            return self._pay()
        if habits.free_replies is None:
            self._office.costs.free += 1
            return None
        if person.replies < habits.free_replies:
            person.replies += 1
            self._office.costs.free += 1
            return _quota("reply", habits.free_replies - person.replies, habits.free_replies)
        if habits.over_replies == "refused":
            raise Refusal(-311)
        return self._pay()

    def _pay(self) -> Json:
        office, habits = self._office, self._office.habits
        if left := office.paid.left(office.month, habits.package_quota):
            office.paid.use(office.month)
            office.costs.paid += 1
            return _quota("sub_quota", left - 1, habits.package_quota)
        if office.purchased_used >= habits.purchased:
            raise Refusal(-211)
        office.purchased_used += 1
        office.costs.paid += 1
        office.costs.vnd += PRICE
        left = habits.purchased - office.purchased_used
        return _quota("purchase_quota", left, habits.purchased)


def reachable(office: Office, number: object) -> Person:
    """Return whom a message is for, or refuse it."""
    if not isinstance(number, str) or not number:
        raise Refusal(-201, "user_id")
    person = office.people.get(number)
    if person is None:
        raise Refusal(-213)
    if person.blocks:
        raise Refusal(office.habits.blocked)
    if person.left and not person.follows:
        raise Refusal(office.habits.unfollowed)
    if office.habits.followers_only and not person.follows:
        raise Refusal(-213)
    return person


def age(office: Office, person: Person) -> float:
    """Return how long ago somebody had to do with the OA, in seconds."""
    if person.interacted is None:
        return float("inf")
    return office.clock.now() - person.interacted


def _quota(kind: str, remain: int, total: int) -> Json:
    return {"quota_type": kind, "remain": str(remain), "total": str(total)}


def _refuse() -> list[Json]:
    raise Refusal(-201, "user_id or quota_owner")
