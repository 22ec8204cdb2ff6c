"""What the grid of who sent when shows, in words."""

import locales
from documents import wording
from documents.heat_grid import GridPage, grid_page, grid_title
from documents.progress import WORST
from documents.standing_grid import Grid, Share, together
from plans.calendar import Period


def grid_text(language: str, grid: Grid, wanted: int = 1) -> str:
    """Tell in words what a page of the grid shows: each period, and who was worst."""
    page = grid_page(language, grid, wanted)
    title, where = grid_title(language, grid, page)
    time, day = wording.clock(grid.moment), wording.day(grid.moment)
    lines = [
        f"{title} · {where}",
        locales.text(language, "charts.moment", time=time, day=day),
        *(f"- {_period_line(language, grid, page, period)}" for period in page.periods),
        *_worst(language, grid, page),
        *_invited(language, grid, page),
    ]
    return "\n".join(lines)


def _period_line(language: str, grid: Grid, page: GridPage, period: Period) -> str:
    """Tell how the counted units stood with one period's report."""
    name = wording.period_name(language, period)
    share = together(grid.share(line, period) for line in page.every if not line.invited)
    if share is None:
        return locales.text(language, "pictures.grid.nobody", period=name)
    if not share.due:
        return _before(language, grid, period, share)
    late = locales.text(language, "pictures.grid.late", count=share.late, days=share.longest)
    parts = [
        locales.text(
            language,
            "pictures.grid.period",
            period=name,
            in_time=share.in_time,
            total=share.whole,
            share=wording.percent(language, share.in_time, share.whole),
        ),
        late if share.late else "",
        _counted(language, "pictures.grid.unsent", share.whole - share.sent),
        *_moved(language, share),
    ]
    return " · ".join(part for part in parts if part)


def _before(language: str, grid: Grid, period: Period, share: Share) -> str:
    name = wording.period_name(language, period)
    if grid.today < period.opens:
        return locales.text(language, "pictures.grid.opens", period=name, day=period.opens)
    told = locales.text(
        language, "pictures.grid.under_way", period=name, sent=share.sent, total=share.whole
    )
    return " · ".join([told, *_moved(language, share)])


def _moved(language: str, share: Share) -> list[str]:
    """Tell what was sent back or corrected, where anything was."""
    told = (
        _counted(language, "pictures.grid.returned", share.returned),
        _counted(language, "pictures.grid.changed", share.corrected),
    )
    return [part for part in told if part]


def _counted(language: str, key: str, count: int) -> str:
    return locales.text(language, key, count=count) if count else ""


def _worst(language: str, grid: Grid, page: GridPage) -> list[str]:
    """Name the rows where most reports that were due did not come in time."""
    ranked = []
    for line in page.every:
        shares = [grid.share(line, period) for period in page.periods]
        due = [share for share in shares if share and share.due]
        whole = sum(share.whole for share in due)
        in_time = sum(share.in_time for share in due)
        if in_time < whole and not line.invited:
            ranked.append((in_time / whole, line.name, in_time, whole))
    if not ranked:
        return []
    names = ", ".join(
        locales.text(
            language,
            "charts.behind",
            name=name,
            sent=in_time,
            total=whole,
            share=wording.percent(language, in_time, whole),
        )
        for _, name, in_time, whole in sorted(ranked)[:WORST]
    )
    return [locales.text(language, "pictures.grid.worst", names=names)]


def _invited(language: str, grid: Grid, page: GridPage) -> list[str]:
    apart = [line for line in page.every if line.invited]
    found = together(grid.share(line, period) for line in apart for period in page.periods)
    if not found:
        return []
    key = "pictures.grid.invited_line"
    return [locales.text(language, key, sent=found.sent, total=found.whole)]
