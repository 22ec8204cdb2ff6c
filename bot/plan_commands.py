"""The commands about plan packs: `plan check`, `plan show`, `plan calendar`, `plan schema`."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.plan_calendar import period_json, period_lines
from bot.plan_show import described
from bot.settings import settings_or_exit
from plans.calendar import calendar_of
from plans.errors import Mistake, PlanError
from plans.load import PLAN_FILE, UNITS_FILE, load, pack_homes, sift
from plans.nearest import meant
from plans.pack import Pack
from plans.schema import schema_text
from plans.working_days import load_working_days

plan_app = typer.Typer(help="Check and print plan packs.", no_args_is_help=True)

_OWN_PACKS = Path(__file__).parents[1] / "plans" / "packs"
Packs = Annotated[
    list[Path] | None,
    typer.Option(help="Look in this folder instead of plans/packs and PLANS_DIR; may be repeated."),
]


def pack_folders() -> list[Path]:
    """Return the folders of packs: the product's own, then those that PLANS_DIR names."""
    named = settings_or_exit().plans_dir.split(os.pathsep)
    return [_OWN_PACKS, *(Path(name) for name in named if name.strip())]


@plan_app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Packs or folders of packs; all that the bot would read if none."),
    ] = None,
) -> None:
    """Print each mistake as file:line: key: advice, and a summary of each good pack."""
    packs, mistakes = sift(_folders(paths) if paths else pack_folders())
    _print(mistakes)
    for pack in packs.values():
        typer.echo(summary(pack))
    if not packs and not mistakes:
        typer.echo(f"no pack found: a pack is a folder with {PLAN_FILE} and {UNITS_FILE}", err=True)
    if mistakes or not packs:
        raise typer.Exit(1)


@plan_app.command()
def show(plan: Annotated[str, typer.Argument(metavar="ID")], packs: Packs = None) -> None:
    """Print a plan in Vietnamese: units, forms, targets with their quotations, calendar."""
    typer.echo(described(pack_named(plan, packs or pack_folders())))


@plan_app.command(name="calendar")
def show_calendar(
    plan: Annotated[str, typer.Argument(metavar="ID")],
    year: Annotated[int, typer.Option(help="Year of the plan.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    packs: Packs = None,
) -> None:
    """List a year's periods: window, deadline, last moment on time, lock."""
    pack = pack_named(plan, packs or pack_folders())
    with mistakes_told():
        working_days = load_working_days(*settings_or_exit().working_day_files())
    periods = calendar_of(pack, year, working_days)
    if as_json:
        shown = [period_json(period) for period in periods]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for line in period_lines(periods):
            typer.echo(line)
    if not periods:
        years = f"{pack.valid_from.year} to {pack.valid_to.year}"
        typer.echo(f"{plan} has no period in {year}: its years are {years}", err=True)
        raise typer.Exit(1)


@plan_app.command()
def schema() -> None:
    """Print the JSON Schema of plan.yaml, which editors read from plans/plan.schema.json."""
    typer.echo(schema_text(), nl=False)


def pack_named(plan: str, folders: Iterable[Path]) -> Pack:
    """Read the pack of an id, or print what is wrong and exit with 1."""
    with mistakes_told():
        homes = {home.name: home for folder in folders for home in pack_homes(folder)}
        if plan in homes:
            return load(homes[plan])
    typer.echo(meant("plan", plan, homes), err=True)
    raise typer.Exit(1)


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Print every mistake of a file that is read inside and is wrong, and exit with 1."""
    try:
        yield
    except PlanError as error:
        _print(error.mistakes)
        raise typer.Exit(1) from error


def summary(pack: Pack) -> str:
    """Return one line that tells a pack's size and how much of it is doubtful."""
    types = Counter(unit.type for unit in pack.units)
    kinds = Counter(str(target.kind) for target in pack.targets)
    calendar = pack.calendar
    parts = [
        f"units {len(pack.units)} ({_counted(types)})",
        f"forms {len(pack.forms)}",
        f"indicators {len(pack.indicators)}",
        f"targets {len(pack.targets)}" + (f" ({_counted(kinds)})" if kinds else ""),
        f"periods {len(calendar.recurring)} recurring, {len(calendar.one_off)} one-off",
        f"to confirm {doubts(pack.model_dump())}",
    ]
    return f"{pack.id}: {'; '.join(parts)}"


def doubts(part: object) -> int:
    """Count the places of a dumped pack that need confirmation."""
    if isinstance(part, Mapping):
        own = 1 if part.get("needs_confirmation") else 0
        return own + sum(doubts(inside) for inside in part.values())
    if isinstance(part, list | tuple):
        return sum(doubts(inside) for inside in part)
    return 0


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())


def _folders(paths: Iterable[Path]) -> list[Path]:
    """Pass over files, as `plans/packs/*` may name some, but take a pack's own for its folder."""
    own = (PLAN_FILE, UNITS_FILE)
    folders = [path.parent if path.name in own else path for path in paths]
    return list(dict.fromkeys(folder for folder in folders if not folder.is_file()))


def _print(mistakes: Iterable[Mistake]) -> None:
    for mistake in mistakes:
        typer.echo(str(mistake))


def read_packs(folders: Iterable[Path]) -> Mapping[str, Pack]:
    """Read every pack, or print every mistake and exit with 1."""
    packs, mistakes = sift(folders)
    if mistakes:
        _print(mistakes)
        raise typer.Exit(1)
    return packs
