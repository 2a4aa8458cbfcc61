"""Commands for targets: load a table of them, show them with their history."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from geo.errors import Problem
from services.cli_indicators import pairs
from services.commands import Lang, amount, bad, facts, good, grouped, heading, listing, out, say

if TYPE_CHECKING:
    from layers.indicators.target_history import Told
    from layers.indicators.target_loading import TargetReport

app = typer.Typer(
    help="Chỉ tiêu kế hoạch được giao: nạp, xem lịch sử. / Targets: load them, show their history.",
    no_args_is_help=True,
)


@app.command()
def load(
    path: Annotated[
        Path,
        typer.Argument(
            help="Bảng CSV hoặc XLSX: area_code, indicator, period (năm), value, plan, rule, 1…12 (lộ trình lũy kế), "
            "decision, decided_on, withdrawn."
        ),
    ],
    commit: Annotated[
        bool, typer.Option("--commit", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem trước.")
    ] = False,
    boundary: Annotated[
        str, typer.Option(help="Đơn vị thuộc thời nào: auto, former (trước 1/7/2025), current (hiện nay).")
    ] = "auto",
    columns: Annotated[list[str] | None, typer.Option("--map", help="Cột của tệp: value=muc_giao.")] = None,
    decimal: Annotated[str, typer.Option(help="Dấu thập phân của tệp: , hoặc . (mặc định tự nhận).")] = "",
    encoding: Annotated[str | None, typer.Option(help="Bảng mã chữ: utf-8, cp1258, tcvn3.")] = None,
    lang: Lang = None,
) -> None:
    """Xem trước hoặc nạp chỉ tiêu được giao; điều chỉnh không ghi đè. / Preview or load targets; nothing is overwritten."""
    from layers.indicators.areas import Asked
    from layers.indicators.target_loading import examine, read_targets, write
    from services.database import transaction

    del lang
    if boundary not in get_args(Asked):
        raise Problem("--boundary nhận auto, former hoặc current.", "--boundary is auto, former or current.")
    figures = read_targets(path, encoding=encoding, chosen=pairs(columns), decimal=decimal)
    with transaction(write=commit) as connection:
        report = examine(connection, figures, boundary=cast(Asked, boundary))
        _show(report)
        done = write(connection, report, by=getpass.getuser()) if commit else 0
    if commit:
        good(
            say(
                f"Đã ghi {amount(done)} chỉ tiêu được giao; {amount(report.same)} chỉ tiêu không đổi nên không ghi lại.",
                f"Wrote {amount(done)} targets; {amount(report.same)} were known already.",
            )
        )
        return
    out.print(
        say(
            "\nMới xem trước, chưa ghi gì. Thêm --commit để nạp.",
            "\nA preview, nothing was written. Add --commit to load.",
        )
    )
    if report.refused or report.unknown_indicators or report.tied.doubt or report.tied.refused:
        raise typer.Exit(1)


@app.command()
def show(
    indicator: Annotated[str | None, typer.Option(help="Mã chỉ tiêu.")] = None,
    area: Annotated[str | None, typer.Option(help="Mã đơn vị.")] = None,
    year: Annotated[int | None, typer.Option(help="Năm.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Cả những lần giao trước khi điều chỉnh.")] = False,
    lang: Lang = None,
) -> None:
    """Liệt kê chỉ tiêu được giao và các lần điều chỉnh. / List targets and how they were adjusted."""
    from layers.indicators.catalogue import find
    from layers.indicators.target_history import told
    from services.database import transaction

    del lang
    if indicator is None and area is None:
        raise Problem("Hãy nêu --indicator hoặc --area.", "Say --indicator or --area.")
    one = find(indicator) if indicator else None
    if indicator and one is None:
        raise Problem(
            f"Không có chỉ tiêu mang mã “{indicator}”.", f"There is no indicator with the code “{indicator}”."
        )
    with transaction(write=False) as connection:
        rows = told(connection, indicator=one.code if one else None, area=area, year=year)
    rows = rows if history else [row for row in rows if row.now and row.value is not None]
    if not rows:
        out.print(say("Chưa giao chỉ tiêu nào.", "No target is set."))
        return
    for row in rows:
        out.print(_line(row), highlight=False, markup=False)


def _line(row: Told) -> str:
    from layers.indicators.catalogue import find
    from layers.indicators.targets import PLANS

    one = find(row.indicator)
    unit, decimals = (one.unit, one.decimals + 2) if one else ("", 2)
    gone = say("bãi bỏ", "withdrawn")
    value = gone if row.value is None else f"{_plain(row.value, decimals)} {unit}"
    parts = [
        f"{row.indicator}  {row.area} {row.name}  {row.period}",
        say(*PLANS[row.plan]) if row.plan else "",
        value,
        say("lộ trình ", "path ") + " · ".join(_plain(step, decimals) for step in row.trajectory)
        if row.trajectory
        else "",
        row.decision,
        f"{row.decided_on:%d/%m/%Y}" if row.decided_on else "",
        say("dữ liệu minh hoạ", "sample") if row.sample else "",
        say("ghi", "entered") + f" {row.known_at.astimezone():%d/%m/%Y %H:%M} {row.entered_by}".rstrip(),
        "" if row.now else say("đã điều chỉnh", "adjusted since"),
    ]
    return "  " + " – ".join(filter(None, parts))


def _plain(value: float, decimals: int) -> str:
    return amount(value, next((d for d in range(decimals) if round(value, d) == value), decimals))


def _show(report: TargetReport) -> None:
    facts([
        (say("Dòng", "Rows"), amount(report.total)),
        (say("Mới", "New"), amount(report.new)),
        (say("Điều chỉnh", "Adjusted"), amount(report.adjusted)),
        (say("Bãi bỏ", "Withdrawn"), amount(report.withdrawn)),
        (say("Không đổi", "Unchanged"), amount(report.same)),
        (say("Cột", "Columns"), ", ".join(f"{ours} ← {theirs}" for ours, theirs in report.columns.items())),
        *((say("Ranh giới", "Boundaries"), f"{say(one.title, one.title_en)}: {amount(count)}") for one, count in report.tied.vintages.items()),
    ])  # fmt: skip
    heading(say("Bảng viết theo danh mục nào", "Which list the table is written in"))
    for one in report.tied.evidence:
        out.print(f"  {say(one.vi, one.en)}", highlight=False)
    if report.tied.doubt:
        bad(say(report.tied.doubt.vi, report.tied.doubt.en))
    listing(say("Lý do từ chối", "Reasons of refusal"), ["", say("dòng", "rows"), say("các dòng đầu", "first rows")],
            grouped(report.refused), mark="✗")  # fmt: skip
    listing(say("Chỉ tiêu không có trong danh mục", "Unknown indicators"), ["", say("dòng", "rows")],
            list(report.unknown_indicators.items()), mark="✗")  # fmt: skip
    listing(say("Dòng không gắn được vào đơn vị nào", "Rows that cannot be tied to an area"),
            [say("dòng", "row"), say("mã", "code"), say("tên", "name"), say("lý do", "reason")],
            [(line, code or "–", name, say(vi, en)) for line, code, name, vi, en in report.tied.refused],
            mark="✗")  # fmt: skip
    if report.tied.totals:
        out.print(say(f"  {amount(report.tied.totals)} dòng tổng: bỏ qua.", f"  {amount(report.tied.totals)} rows of totals: left out."))  # fmt: skip
    if report.tied.not_loaded:
        count = amount(report.tied.not_loaded)
        out.print(
            say(
                f"  {count} dòng thuộc các đơn vị chưa nạp ranh giới: bỏ qua.",
                f"  {count} rows are of areas whose boundaries are not loaded: left out.",
            )
        )
