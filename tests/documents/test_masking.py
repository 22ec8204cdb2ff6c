"""Small sensitive counts stay hidden: in each file, and from all files of a period together."""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from documents.adx import adx, read_adx
from documents.consolidated import Consolidated
from documents.dhis2 import data_value_sets, read_data_value_sets
from documents.docx_seen import shown_line
from documents.figures import head_lines, total_text
from documents.figures_beside import before_text, last_year_text
from documents.masking import CellState, cell_of, total_shown
from documents.sheet_xlsx import report_xlsx
from documents.table_csv import report_csv
from plans.added import added
from plans.calendar import Period
from plans.dialogue import Answer, AnswerState
from plans.pack import IndicatorKind, Pack
from tests.documents.gathered import GIVEN
from tests.documents.shipped import IDS, consolidated, earlier, given, mapping_of, packs, periods

HIDDEN = "dưới 5"
Shown = dict[tuple[str, str], Decimal]  # figures by unit and indicator


def altered(pack: Pack, answers: Mapping[str, GIVEN], seed: int) -> dict[str, GIVEN]:
    """Return the same answers with other numbers under 5 wherever such a number is sensitive."""
    chance = random.Random(seed)

    def other(code: str, answer: Answer) -> Answer:
        if not (pack.indicators[code].sensitive and answer.small):
            return answer
        return replace(answer, value=Decimal(chance.choice(range(1, 5))))

    return {
        period: {
            unit: {code: other(code, answer) for code, answer in found.items()}
            for unit, found in units.items()
        }
        for period, units in answers.items()
    }


@dataclass(frozen=True)
class Told:
    """A period with all that is told of it to readers who may not see small counts."""

    found: Consolidated
    answers: Mapping[str, GIVEN]

    @property
    def pack(self) -> Pack:
        return self.found.pack

    @property
    def sensitive(self) -> list[str]:
        return [line.code for line in self.found.lines if line.indicator.sensitive]

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Write every file, and what the chat says of each indicator."""
        mapping = mapping_of(self.pack.id)
        before = earlier(self.pack, self.found.period, self.answers)
        lines = []
        for line in self.found.lines:
            shown = shown_line(line, masked=line.indicator.sensitive)
            lines += [*head_lines("vi", shown), before_text("vi", shown)]
            for running in (False, True):
                lines.append(total_text("vi", shown, running=running))
                lines.append(last_year_text("vi", shown, running=running))
        return {
            "xlsx": report_xlsx(self.found, masked=True, language="vi").content,
            "csv": report_csv(self.found, masked=True).content,
            "dxf2": data_value_sets(self.found, mapping, earlier=before, masked=True).content,
            "adx": adx(self.found, mapping, earlier=before, masked=True).content,
            "chat": "\n".join(lines).encode(),
        }

    @cached_property
    def hidden(self) -> set[tuple[str, str]]:
        """Return which figures must not be known."""
        return {
            (one.unit, code)
            for one in self.found.units
            for code, answer in one.answers.items()
            if self.pack.indicators[code].sensitive and answer.small
        }


@cache
def told(plan: str, seed: int, at: int = -1) -> Told:
    pack = packs()[plan]
    answers = given(pack, seed)
    period: Period = periods(pack)[at]
    return Told(consolidated(pack, period, answers), answers)


def in_xlsx(content: bytes, pack: Pack) -> tuple[Shown, dict[str, list[Decimal]]]:
    """Return the figures of units, and every total that stands above or sums up a column."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    shown: Shown = {}
    totals: dict[str, list[Decimal]] = {}
    titles = {form.title.vi for form in pack.forms.values()}
    for sheet in book.worksheets:
        if sheet.cell(1, 1).value in titles:
            rows = list(sheet.iter_rows(values_only=True))
            top = next(place for place, row in enumerate(rows) if row[0] == "Mã đơn vị")
            for column, name in list(enumerate(rows[top]))[4:]:
                code = str(name).partition("\n")[0]
                totals.setdefault(code, []).extend(numbers([rows[2][column]]))
                for row in rows[top + 1 :]:
                    for number in numbers([row[column]]):
                        shown[str(row[0]), code] = number
    return shown, totals


def numbers(cells: Iterable[object]) -> Iterator[Decimal]:
    for cell in cells:
        if isinstance(cell, int | float | Decimal):
            yield Decimal(str(cell))


def in_csv(content: bytes) -> tuple[Shown, set[tuple[str, str]]]:
    shown: Shown = {}
    hidden = set()
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        place = row["Mã đơn vị"], row["Mã chỉ số"]
        if row["Số liệu"]:
            shown[place] = Decimal(row["Số liệu"])
        if row["Trạng thái"] == HIDDEN:
            hidden.add(place)
    return shown, hidden


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("plan", IDS)
def test_other_small_counts_would_make_the_same_files(plan: str, seed: int) -> None:
    """Nothing that is written depends on them, so nothing can be reckoned from it."""
    one = told(plan, seed)
    other_answers = altered(one.pack, one.answers, seed + 100)
    other = Told(consolidated(one.pack, one.found.period, other_answers), other_answers)

    assert other_answers != one.answers
    files, others = one.files, other.files
    assert [name for name in files if files[name] != others[name]] == []


@pytest.mark.parametrize("plan", IDS)
def test_without_masking_they_are_there(plan: str) -> None:
    one = told(plan, 1)
    shown, _ = in_csv(report_csv(one.found, masked=False).content)
    content = report_xlsx(one.found, masked=False, language="vi").content

    for place in one.hidden:
        assert 0 < shown[place] < 5
        assert in_xlsx(content, one.pack)[0][place] == shown[place]
        break


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("plan", IDS)
def test_every_file_shows_the_same_figures_and_none_of_the_hidden(plan: str, seed: int) -> None:
    one = told(plan, seed)
    files = one.files
    shown, _ = in_xlsx(files["xlsx"], one.pack)
    rows, hidden = in_csv(files["csv"])

    assert hidden == one.hidden
    assert rows == shown
    assert not hidden & set(shown)
    words = openpyxl.load_workbook(io.BytesIO(files["xlsx"]), data_only=True)
    marked = sum(c.value == HIDDEN for s in words.worksheets for r in s.iter_rows() for c in r)
    assert marked == 2 * len(hidden) + 1  # in its form, in the raw table, once explained


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("plan", IDS)
def test_no_subtraction_of_shown_figures_gives_a_small_one(plan: str, seed: int) -> None:
    one = told(plan, seed)
    pack, found = one.pack, one.found
    shown, totals = in_xlsx(one.files["xlsx"], pack)

    for line in found.lines:
        if not line.indicator.sensitive:
            continue
        units = {u.unit for u in found.units if line.code in u.answers}
        for subset in subsets(pack, units):
            total = chat_total(one, line.code, subset)
            rest = (total or Decimal(0)) - summed(shown, line.code, subset)
            assert rest == 0, (line.code, subset)
        whole = summed(shown, line.code, units)
        assert sum(totals.get(line.code, []), Decimal(0)) == whole
        seen = shown_line(line, masked=True)
        assert (seen.now.number or Decimal(0)) == whole
        running = seen.so_far.number if seen.so_far else None
        row = summary(one)[line.code]
        assert sum(numbers([row["Trong kỳ"]]), Decimal(0)) == whole
        for so_far in numbers([row["Lũy kế từ đầu năm"], running]):
            rest = so_far - whole  # what came before in the year
            assert rest == 0 or rest >= 5


def subsets(pack: Pack, units: set[str]) -> list[set[str]]:
    """Return the units of the province, of each district, of each type, and what remains."""
    found = [units]
    for district in {pack.tree[unit].parent for unit in units}:
        found.append({unit for unit in units if pack.tree[unit].parent == district})
    for kind in {pack.tree[unit].type for unit in units}:
        found.append({unit for unit in units if pack.tree[unit].type == kind})
    return found + [units - subset for subset in found[1:]]


def chat_total(one: Told, code: str, units: set[str]) -> Decimal | None:
    """Return what the chat says of some units together."""
    here = [u for u in one.found.units if u.unit in units]
    hidden = [u.answers[code].number or Decimal(0) for u in here if code in u.hidden]
    now = replace(
        added(u.answers[code] for u in here),
        small=len(hidden),
        small_total=sum(hidden, Decimal(0)),
    )
    line = next(line for line in one.found.lines if line.code == code)
    return shown_line(replace(line, now=now), masked=True).now.number


def summed(shown: Shown, code: str, units: set[str]) -> Decimal:
    return sum((shown.get((unit, code), Decimal(0)) for unit in units), Decimal(0))


@cache
def _summary(content: bytes) -> dict[str, dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Tổng hợp"]
    rows = list(sheet.iter_rows(values_only=True))
    rows = rows[next(place for place, row in enumerate(rows) if row[0] == "Mã chỉ số") :]
    return {str(row[0]): dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def summary(one: Told) -> dict[str, dict[str, Any]]:
    return _summary(one.files["xlsx"])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("plan", IDS)
def test_no_two_numbers_of_an_indicator_differ_by_a_hidden_one(plan: str, seed: int) -> None:
    """Set all that is told of an indicator against the one unit that hides its figure."""
    one = told(plan, seed)
    for code in one.sensitive:
        hiding = [place for place in one.hidden if place[1] == code]
        if len(hiding) != 1:
            continue
        row = summary(one)[code]
        line = next(line for line in one.found.lines if line.code == code)
        seen = shown_line(line, masked=True)
        now = [n for n in (*numbers([row["Trong kỳ"]]), seen.now.number) if n is not None]
        assert len(set(now)) <= 1
        assert not list(numbers([row["Lũy kế từ đầu năm"]]))
        assert seen.so_far is None or seen.so_far.number is None
        assert row["Số đơn vị không nêu, không cộng"] == 1


@pytest.mark.parametrize("at", [-3, -2, -1])
@pytest.mark.parametrize("seed", [1, 2])
def test_running_totals_of_units_take_in_nothing_small(seed: int, at: int) -> None:
    one = told("binh_thuan_2024", seed, at)
    mapping = mapping_of(one.pack.id)
    files = one.files
    groups = read_adx(files["adx"].decode(), mapping, one.pack)
    values = read_data_value_sets(files["dxf2"].decode(), mapping, one.pack)
    hidden = one.hidden
    before = earlier(one.pack, one.found.period, one.answers)

    for group in (*groups, *values):
        for code, number in group.values.items():
            assert (group.unit, code) not in hidden
            indicator = one.pack.indicators[code]
            if indicator.sensitive and indicator.kind is IndicatorKind.FLOW:
                now = one.answers[one.found.period.id][group.unit][code].number or Decimal(0)
                rest = number - now
                assert rest == 0 or rest >= 5
                for then in before if rest else ():
                    answer = one.answers[then.period.id].get(group.unit, {}).get(code)
                    assert answer is None or not answer.small
    assert groups
    assert values


def test_a_target_that_rests_on_a_hidden_figure_is_not_told() -> None:
    one = told("binh_thuan_2024", 1)
    content = one.files["xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Chỉ tiêu"]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=4, values_only=True)}

    assert {place[1] for place in one.hidden} >= {"GH02", "GH03"}
    assert rows["BT-09"][11] == "không nêu (số liệu nhỏ)"
    assert list(rows["BT-09"][4:11]) == [None] * 7
    assert rows["BT-04"][11] != "không nêu (số liệu nhỏ)"


def test_a_cell_is_hidden_only_where_few_people_are_counted() -> None:
    indicators = packs()["binh_thuan_2024"].indicators
    sensitive, open_ = indicators["GH02"], indicators["KT03"]
    few = Answer(state=AnswerState.VALUE, value=Decimal(4))
    more = Answer(state=AnswerState.VALUE, value=Decimal(5))
    nought = Answer(state=AnswerState.ZERO)

    assert cell_of(sensitive, few, masked=True).state is CellState.HIDDEN
    assert cell_of(sensitive, few, masked=True).number is None
    assert cell_of(sensitive, few, masked=False).number == 4
    assert cell_of(open_, few, masked=True).number == 4
    assert cell_of(sensitive, more, masked=True).number == 5
    assert cell_of(sensitive, nought, masked=True).state is CellState.ZERO
    assert cell_of(sensitive, None, masked=True).state is CellState.UNANSWERED
    cells = [cell_of(sensitive, answer, masked=True) for answer in (few, more, nought)]
    assert total_shown(cells) == 5
    assert total_shown(cells[:1]) is None
