"""Periods as a table and as JSON: windows, deadlines, the last moment on time, the lock."""

from collections.abc import Iterable

from documents import wording
from plans.calendar import Period, Window, end_of


def period_json(period: Period) -> dict[str, object]:
    """Return a period's JSON; `window` holds the new days asked for, `periods` what it serves."""
    return {
        "id": period.id,
        "name": wording.period_name("vi", period),
        "periods": [
            {
                "id": part.id,
                "kind": part.kind.value,
                "name": wording.part_name("vi", part),
                "window": _window(part.window),
            }
            for part in period.parts
        ],
        "window": _window(period.asks),
        "deadline": period.named_day.isoformat(),
        "exclusive": period.exclusive,
        "last_on_time": end_of(period.last_on_time).isoformat(),
        "grace_until": end_of(period.grace_until).isoformat(),
        "opens": period.opens.isoformat(),
        "lock": end_of(period.lock).isoformat(),
        "unit_types": list(period.unit_types),
        "inferred": period.inferred,
        "needs_confirmation": period.needs_confirmation,
    }


def _window(window: Window) -> dict[str, str]:
    return {"from": window.first.isoformat(), "to": window.last.isoformat()}


def period_lines(periods: Iterable[Period]) -> Iterable[str]:
    """Yield a line a period for people to read."""
    for period in periods:
        name = wording.period_name("vi", period)
        due = wording.deadline("vi", period)
        line = f"{period.id}: {name} · số liệu {wording.window('vi', period)} · hạn {due}"
        line += f" · đúng hạn đến hết {period.last_on_time:%d/%m/%Y}"
        line += f" · khóa hết {period.lock:%d/%m/%Y}"
        yield line + (" · suy luận, cần xác nhận" if period.inferred else "")
