"""Rules between unit types, forms, indicators and cross-checks."""

from collections.abc import Iterator

from plans.errors import Mistake
from plans.unchecked import Rule, Unchecked, unknown, unknown_each

_COMMUNE = "commune"
_COMMUNE_QUESTIONS = 10  # five minutes on a phone: docs/packs.md


def _unit_types_name_forms(pack: Unchecked) -> Iterator[Mistake]:
    for _, unit_type in pack.plan["unit_types"].entries():
        yield from unknown("form", unit_type["form"], pack.plan["forms"])
        body = unit_type["body"]
        try:
            body.text.format(name="")
        except (ValueError, LookupError, AttributeError):
            yield body.mistake("write no braces but {name}, as UBND {name}")


def _forms_are_used(pack: Unchecked) -> Iterator[Mistake]:
    one_off = pack.plan["calendar"]["one_off"].each()
    used = {period["form"].text for period in one_off}
    used |= {pack.form_of(name) for name in pack.plan["unit_types"].names}
    for name, form in pack.plan["forms"].entries():
        if name not in used:
            yield form.mistake("name this form in a unit type or a one_off period, or remove it")


def _questions_are_indicators(pack: Unchecked) -> Iterator[Mistake]:
    for _, form in pack.plan["forms"].entries():
        yield from unknown_each("indicator", form["questions"], pack.plan["indicators"])


def _communes_are_asked_little(pack: Unchecked) -> Iterator[Mistake]:
    questions = pack.plan["forms"][pack.form_of(_COMMUNE)]["questions"]
    if len(questions.texts) > _COMMUNE_QUESTIONS:
        yield questions.mistake(
            f"ask a commune at most {_COMMUNE_QUESTIONS} questions: here are {len(questions.texts)}"
        )


def _indicators_are_asked_where_counted(pack: Unchecked) -> Iterator[Mistake]:
    unit_types = pack.plan["unit_types"]
    for code, indicator in pack.plan["indicators"].entries():
        counted_at = indicator["counted_at"]
        yield from unknown_each("unit type", counted_at, unit_types)
        known = [name for name in counted_at.texts if pack.has_form(name)]
        if known and not any(code in pack.asked_of(name) for name in known):
            forms = " or ".join(dict.fromkeys(pack.form_of(name) for name in known))
            yield counted_at.mistake(f"ask {code} in the form {forms}, or correct counted_at")


def _indicators_have_sense(pack: Unchecked) -> Iterator[Mistake]:
    for _, indicator in pack.plan["indicators"].entries():
        least, most = indicator["least"].number, indicator["most"].number
        if least is not None and most is not None and least > most:
            yield indicator["most"].mistake(f"write a number of at least {least}, as least says")
        if indicator["kind"].text == "yes_no" and indicator["money"].value is True:
            yield indicator["money"].mistake("remove money: the answer is yes or no")


def _checks_compare_one_form(pack: Unchecked) -> Iterator[Mistake]:
    indicators = pack.plan["indicators"]
    forms = [set(pack.form_codes(form)) for form in pack.plan["forms"].names]
    for check in pack.plan["checks"].each():
        part, whole = check["part"], check["whole"]
        wrong = [
            *unknown("indicator", part, indicators),
            *unknown("indicator", whole, indicators),
        ]
        yield from wrong
        if wrong or not part.text or not whole.text:
            continue
        if part.text == whole.text:
            yield whole.mistake("name another indicator: part and whole are the same")
        elif not any({part.text, whole.text} <= asked for asked in forms):
            yield check.mistake(f"ask {part.text} and {whole.text} in one form: no form has both")


FORM_RULES: tuple[Rule, ...] = (
    _unit_types_name_forms,
    _forms_are_used,
    _questions_are_indicators,
    _communes_are_asked_little,
    _indicators_are_asked_where_counted,
    _indicators_have_sense,
    _checks_compare_one_form,
)
