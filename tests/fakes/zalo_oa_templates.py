"""Template messages, to a phone or to a known person, at any time and for money."""

import re

from tests.fakes.zalo_oa_messages import reachable
from tests.fakes.zalo_oa_office import Office, Parameter, Person, Template
from tests.fakes.zalo_oa_refusals import Json, Refusal
from tests.fakes.zalo_oa_requests import Asked

PHONE = re.compile(r"\+?84\d{9}")
LONGEST_TRACKING = 48
FORMATS = {
    "text": re.compile(r".*", re.S),
    "number": re.compile(r"-?\d+([.,]\d+)?"),
    "date": re.compile(r"(\d{1,2}:\d{2}(:\d{2})? )?\d{1,2}/\d{1,2}/\d{4}"),
}


class Templates:
    """Sends template messages."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def by_phone(self, asked: Asked) -> Json:
        """Send to a phone number."""
        office, body = self._office, asked.body
        phone = body.get("phone")
        if not isinstance(phone, str) or not PHONE.fullmatch(phone):
            raise Refusal(-108)
        template = self._template(body)
        tracking = self._tracking(body)
        person = self._owner(phone)
        quota = self._use(template, person, development=body.get("mode") == "development")
        shown = office.draft(
            person.id,
            "template_phone",
            template_id=template.id,
            template_data=body["template_data"],
            tracking_id=tracking,
            raw=body,
        )
        office.send(shown)
        return {
            "msg_id": shown.id,
            "sent_time": office.clock.milliseconds(),
            "sending_mode": str(body.get("sending_mode", "1")),
            "quota": quota,
        }

    def by_uid(self, asked: Asked) -> Json:
        """Send to somebody whose number is known."""
        office, body = self._office, asked.body
        template = self._template(body)
        if not template.uid:
            raise Refusal(-249)
        person = reachable(office, body.get("user_id"))
        self._count()
        office.costs.template_uid += 1
        office.costs.vnd += template.price_uid
        shown = office.draft(
            person.id,
            "template_uid",
            template_id=template.id,
            template_data=body["template_data"],
            raw=body,
        )
        office.send(shown)
        return {
            "message_id": shown.id,
            "user_id": person.id,
            "sent_time": office.clock.milliseconds(),
        }

    def _template(self, body: Json) -> Template:
        template = self._office.templates.get(str(body.get("template_id", "")))
        if template is None:
            raise Refusal(-109)
        if template.status != "approved":
            # One that waits for its approval can be tried out in development mode.
            tried = template.status == "pending" and body.get("mode") == "development"
            if not tried:
                raise Refusal(-131 if template.status == "pending" else -146)
        _check(template, body.get("template_data"))
        if template.night and self._office.clock.at_night:
            raise Refusal(-133)
        return template

    def _tracking(self, body: Json) -> str:
        tracking = body.get("tracking_id", "")
        needed = self._office.habits.tracking_required
        if not isinstance(tracking, str) or len(tracking) > LONGEST_TRACKING:
            raise Refusal(-132, "tracking_id")
        if needed and not tracking:
            raise Refusal(-132, "tracking_id")
        return tracking

    def _owner(self, phone: str) -> Person:
        owners = [p for p in self._office.people.values() if p.phone == phone.removeprefix("+")]
        if not owners:
            raise Refusal(-118)
        if owners[0].blocks:
            raise Refusal(-141)
        return owners[0]

    def _use(self, template: Template, person: Person, development: bool) -> Json:
        costs = self._office.costs
        if development:
            if not person.admin:
                raise Refusal(-127)
            costs.development += 1
            return self._quota()
        self._count()
        costs.template_phone += 1
        costs.vnd += template.price
        return self._quota()

    def _count(self) -> None:
        office = self._office
        if not office.templates_sent.left(office.day, office.habits.template_quota):
            raise Refusal(-144)
        office.templates_sent.use(office.day)

    def _quota(self) -> Json:
        office, total = self._office, self._office.habits.template_quota
        left = office.templates_sent.left(office.day, total)
        return {"dailyQuota": str(total), "remainingQuota": str(left)}


def _check(template: Template, told: object) -> None:
    if not isinstance(told, dict) or (template.parameters and not told):
        raise Refusal(-111)
    for name, parameter in template.parameters.items():
        if name not in told:
            raise Refusal(-1122, name)
        _check_value(name, parameter, told[name])


def _check_value(name: str, parameter: Parameter, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refusal(-112, name)
    if len(str(value)) > parameter.longest:
        raise Refusal(-1121, name)
    if not str(value) or not FORMATS[parameter.kind].fullmatch(str(value)):
        raise Refusal(-1124, name)
