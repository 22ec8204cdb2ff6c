"""A plan pack as a Vietnamese text for people who compare it with the document."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from plans.pack import (
    Form,
    Indicator,
    IndicatorKind,
    Obligation,
    OneOff,
    Pack,
    PeriodKind,
    RecurringPeriod,
    Severity,
    Sourced,
    UnitType,
)
from plans.targets import (
    CountMin,
    CumulativeBy,
    Demand,
    Exact100,
    FrequencyMin,
    GrowthBand,
    Qualitative,
    RatioMin,
    Schedule,
    ShareOfUnits,
    Target,
)

_KINDS = {
    IndicatorKind.YES_NO: "có/không",
    IndicatorKind.FLOW: "phát sinh trong kỳ",
    IndicatorKind.SNAPSHOT: "hiện có",
    IndicatorKind.UNIQUE: "lũy kế không trùng",
}
_OBLIGATIONS = {Obligation.REQUIRED: "bắt buộc", Obligation.INVITED: "đề nghị phối hợp"}
_SEVERITIES = {Severity.REFUSE: "không nhận nếu sai", Severity.ASK: "hỏi lại nếu sai"}
_PERIODS = {
    PeriodKind.QUARTER: "quý",
    PeriodKind.HALF_YEAR: "6 tháng",
    PeriodKind.NINE_MONTHS: "9 tháng",
    PeriodKind.YEAR: "năm",
    PeriodKind.ONE_OFF: "một lần",
}
_EACH = {"month": "tháng", "quarter": "quý"}


def described(pack: Pack) -> str:
    """Return the whole plan as text."""
    parts = (
        _heading,
        _legal_bases,
        _unit_types,
        _forms,
        _checks,
        _lists,
        _targets,
        _calendar,
        _notes,
    )
    return "\n\n".join(text for part in parts if (text := "\n".join(part(pack))))


def _heading(pack: Pack) -> Iterator[str]:
    document = pack.document
    yield pack.title.vi.upper()
    yield f"Mã: {pack.id} · {pack.province.name} (mã {pack.province.code})"
    yield f"Cơ quan ban hành: {pack.issuer}"
    number = document.number or "chưa rõ số"
    day = f"{document.date:%d/%m/%Y}" if document.date else "chưa rõ ngày"
    yield f"Văn bản: {number}, {day}" + (f", {document.place}" if document.place else "")
    yield f"Hiệu lực: {pack.valid_from:%d/%m/%Y} - {pack.valid_to:%d/%m/%Y}"
    yield f"Đơn vị tổng hợp: {pack.coordinator.name} ({pack.coordinator.short})"
    via = f", qua {pack.recipient.via}" if pack.recipient.via else ""
    yield f"Nơi nhận báo cáo: {pack.recipient.to}{via}"
    yield from _source(pack.recipient)


def _legal_bases(pack: Pack) -> Iterator[str]:
    if pack.legal_bases:
        yield "CĂN CỨ"
        yield from (f"- {basis}" for basis in pack.legal_bases)


def _unit_types(pack: Pack) -> Iterator[str]:
    count = Counter(unit.type for unit in pack.units)
    yield f"ĐƠN VỊ ({len(pack.units)})"
    for key, unit_type in pack.unit_types.items():
        yield _unit_type(key, unit_type, count[key])
        yield from _source(unit_type)
    for known in pack.unit_counts:
        span = " - ".join(f"{day:%d/%m/%Y}" if day else "…" for day in (known.first, known.last))
        yield f"- Số {known.type} theo tài liệu ({span}): {known.count}"
        yield from _source(known)
    for unit in pack.units:
        if unit.needs_confirmation:
            yield f"- {unit.code} {unit.name}. Cần xác nhận: {unit.needs_confirmation}"


def _unit_type(key: str, unit_type: UnitType, count: int) -> str:
    obligation = _OBLIGATIONS[unit_type.obligation]
    return f"- {key} · {unit_type.name.vi}: {obligation}, {count} đơn vị, biểu {unit_type.form}"


def _forms(pack: Pack) -> Iterator[str]:
    yield f"BIỂU MẪU ({len(pack.forms)})"
    for key, form in pack.forms.items():
        yield f"- {key} · {form.title.vi}: {len(form.questions)} câu"
        yield from _questions(form, pack)


def _questions(form: Form, pack: Pack) -> Iterator[str]:
    for number, code in enumerate(form.questions, 1):
        indicator = pack.indicators[code]
        yield f"    {number}. {code} {_indicator(indicator)}"
        yield from _source(indicator, indent="       ")


def _indicator(indicator: Indicator) -> str:
    marks = [indicator.measure.vi, _KINDS[indicator.kind]]
    marks += ["nhạy cảm"] if indicator.sensitive else []
    return f"{indicator.label.vi} ({', '.join(marks)})"


def _checks(pack: Pack) -> Iterator[str]:
    if pack.checks:
        yield "KIỂM TRA CHÉO"
    for check in pack.checks:
        reason = f": {check.reason.vi}" if check.reason else ""
        yield f"- {check.part} ≤ {check.whole}, {_SEVERITIES[check.severity]}{reason}"


def _lists(pack: Pack) -> Iterator[str]:
    if pack.lists:
        yield "DANH SÁCH NÊU TÊN"
    for key, named in pack.lists.items():
        names = ", ".join(pack.tree[code].name for code in named.units)
        yield f"- {key} · {named.name.vi} ({len(named.units)}): {names}"
        yield from _source(named)


def _targets(pack: Pack) -> Iterator[str]:
    yield f"CHỈ TIÊU ({len(pack.targets)})"
    if pack.no_targets_note:
        yield pack.no_targets_note.vi
    for target in pack.targets:
        clause = f" ({target.clause})" if target.clause else ""
        yield f"- {target.id} · {target.text}{clause}"
        yield f"  Cách tính: {_judged_by(target)}"
        yield from _source(target)


def _judged_by(target: Target) -> str:
    match target:
        case RatioMin():
            return f"{_ratio(target)} đạt ít nhất {_percent(target.at_least)}"
        case Exact100():
            return f"{_ratio(target)} đạt 100%"
        case CumulativeBy():
            share, years = _percent(target.at_least), f"từ {target.since} đến hết {target.by}"
            return f"{_ratio(target)} đạt ít nhất {share}, lũy kế {years}"
        case ShareOfUnits():
            named = f", đối chiếu danh sách {target.named_list}" if target.named_list else ""
            units = f"số {target.unit_type} trả lời có {target.indicator}"
            return f"ít nhất {_percent(target.at_least)} {units}{named}"
        case CountMin():
            counted = f"{target.unit_type} trả lời có " if target.unit_type else ""
            return f"ít nhất {target.at_least} {counted}{target.indicator}"
        case GrowthBand():
            band = f"{_percent(target.low)} - {_percent(target.high)}"
            return f"{target.indicator} tăng {band} so với năm trước"
        case FrequencyMin():
            types = ", ".join(target.unit_types)
            return (
                f"{target.indicator} ít nhất {target.at_least} lần/{_EACH[target.each]} ({types})"
            )
        case Schedule():
            steps = ", ".join(f"{year}: {_percent(share)}" for year, share in target.steps.items())
            return f"tỷ lệ {target.unit_type} trả lời có {target.indicator}: {steps}"
        case Qualitative():
            return "định tính, không có con số"


def _ratio(target: RatioMin | Exact100 | CumulativeBy) -> str:
    return f"({' + '.join(target.numerator)}) / ({' + '.join(target.denominator)})"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}".replace(".", ",") + "%"


def _calendar(pack: Pack) -> Iterator[str]:
    rules = pack.calendar
    days = f"gia hạn {rules.grace_days} ngày, khóa sau {rules.lock_days} ngày"
    yield f"LỊCH BÁO CÁO (mở trước hạn {rules.open_days} ngày, {days})"
    for period in rules.recurring:
        years = f", các năm {', '.join(map(str, period.years))}" if period.years else ""
        window = f"số liệu {period.first} - {period.last}"
        yield f"- {period.id} · {_PERIODS[period.kind]}: {window}; {period.deadline}{years}"
        yield from _about_period(period)
    for once in rules.one_off:
        window = f"số liệu {once.first:%d/%m/%Y} - {once.last:%d/%m/%Y}"
        yield f"- {once.id} · {once.title.vi}: {window}; {once.deadline}; biểu {once.form}"
        yield from _about_period(once)


def _about_period(period: RecurringPeriod | OneOff) -> Iterator[str]:
    if period.unit_types:
        yield f"  Áp dụng: {', '.join(period.unit_types)}"
    if period.grace_days is not None:
        yield f"  Gia hạn riêng: {period.grace_days} ngày"
    if period.lock_days is not None:
        yield f"  Khóa riêng: sau {period.lock_days} ngày"
    yield from _source(period)


def _notes(pack: Pack) -> Iterator[str]:
    if pack.notes:
        yield "GHI CHÚ"
        yield from (f"- {note}" for note in pack.notes)


def _source(sourced: Sourced | Demand, indent: str = "  ") -> Iterator[str]:
    if sourced.quote:
        yield f"{indent}Trích: “{sourced.quote}”"
    if sourced.inferred:
        yield f"{indent}Suy luận: văn bản không ghi rõ"
    if sourced.needs_confirmation:
        yield f"{indent}Cần xác nhận: {sourced.needs_confirmation}"
