"""The commands about DHIS2: `dhis2 mapping`, `dhis2 check`, `dhis2 read`."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import locales
from bot.plan_commands import mistakes_told, pack_folders, pack_named, read_packs
from bot.settings import settings_or_exit
from documents.adx import read_adx
from documents.dhis2 import read_data_value_sets
from documents.dhis2_groups import Group
from documents.wording import body_name
from plans.dhis2_files import load_mapping
from plans.dhis2_mapping import Dhis2Mapping, lacking, proposal, proposed
from plans.errors import Refused
from plans.nearest import meant
from plans.pack import Pack

dhis2_app = typer.Typer(help="Mappings to DHIS2, and its files.", no_args_is_help=True)


@dhis2_app.command()
def mapping(
    plan: Annotated[str, typer.Argument(metavar="ID")],
    write: Annotated[
        bool, typer.Option("--write", help="Write it to dhis2/ID.yaml in DATA_DIR, if none is.")
    ] = False,
) -> None:
    """Print the mapping that is proposed for a plan, with our own codes for everything."""
    text = proposal(pack_named(plan, pack_folders()))
    if not write:
        typer.echo(text, nl=False)
        return
    path = _own_file(plan)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        typer.echo(f"{path} is there already: edit it, or move it away first", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{path}: put the codes of your DHIS2 on the right, then bot dhis2 check {plan}")


@dhis2_app.command()
def check(
    which: Annotated[str, typer.Argument(metavar="ID|FILE", help="A plan, or any mapping.")],
) -> None:
    """Print each mistake of a mapping as file:line: key: advice, and what has no code yet."""
    packs = read_packs(pack_folders())
    path = _own_file(which) if which in packs else Path(which)
    if which in packs and not path.exists():
        typer.echo(f"{which}: no {path}, so files carry our own codes")
        return
    if not path.is_file():
        typer.echo(f"no such file, and {meant('plan', which, packs)}", err=True)
        raise typer.Exit(1)
    with mistakes_told():
        found = load_mapping(path, packs, plan=which if which in packs else "")
    lacks = list(lacking(found, packs[found.plan]))
    for missing in lacks:
        typer.echo(f"{path}: no code for {missing}")
    typer.echo(f"{path}: {_summary(found)}, {len(lacks)} without a code")
    if lacks:
        raise typer.Exit(1)


@dhis2_app.command(name="read")
def read_back(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="ADX, or dataValueSets JSON.", dir_okay=False)
    ],
    plan: Annotated[str, typer.Option(help="Id of the plan.")],
    own: Annotated[
        Path | None, typer.Option("--mapping", help="Another mapping than the one in force.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the figures of a file that was made for DHIS2, read back to our own codes."""
    pack = pack_named(plan, pack_folders())
    path = own or _own_file(plan)
    with mistakes_told():
        used = load_mapping(path, {plan: pack}, plan=plan) if own or path.exists() else None
    try:
        groups = _groups(file, used or proposed(pack), pack)
    except Refused as refused:
        words = locales.text("en", refused.key, **refused.args_for_text)
        typer.echo(f"{file}: {words}", err=True)
        raise typer.Exit(1) from refused
    rows = [row for group in groups for row in _rows(pack, group)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = csv.DictWriter(sys.stdout, _COLUMNS)
    table.writeheader()
    table.writerows(rows)


_COLUMNS = ("unit", "name", "kind", "period", "code", "value")


def _own_file(plan: str) -> Path:
    return settings_or_exit().dhis2_dir / f"{plan}.yaml"


def _summary(found: Dhis2Mapping) -> str:
    sets = sum(len(kinds) for kinds in found.data_sets.values())
    return f"data sets {sets}, indicators {len(found.data_elements)}, units {len(found.org_units)}"


def _groups(file: Path, mapping: Dhis2Mapping, pack: Pack) -> list[Group]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file} cannot be read: {error}", err=True)
        raise typer.Exit(2) from error
    read = read_adx if text.lstrip().startswith("<") else read_data_value_sets
    return read(text, mapping, pack)


def _rows(pack: Pack, group: Group) -> Iterator[dict[str, str]]:
    name = body_name(pack, group.unit)
    for code, number in group.values.items():
        cells = (group.unit, name, group.kind.value, group.period, code, f"{number:f}")
        yield dict(zip(_COLUMNS, cells, strict=True))
