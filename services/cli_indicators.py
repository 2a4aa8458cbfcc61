"""Commands for figures: load a tidy table."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from geo.errors import Problem
from services.commands import Lang, amount, bad, facts, good, grouped, heading, listing, out, say, speaking

if TYPE_CHECKING:
    from layers.indicators.loading import FigureReport
    from layers.indicators.period_labels import Language

app = typer.Typer(help="Số liệu chỉ tiêu: nạp và liệt kê. / Figures: load and list.", no_args_is_help=True)

_BLANKS = {
    "no_data": ("chưa có số liệu", "no data"), "late": ("chậm nộp", "late"), "not_due": ("chưa đến hạn", "not due"),
    "not_applicable": ("không áp dụng", "not applicable"), "suppressed": ("bảo mật thống kê", "suppressed"),
}  # fmt: skip


@app.command()
def load(
    path: Annotated[
        Path, typer.Argument(help="Bảng CSV hoặc XLSX: area_code, period, indicator, value, unit, source.")
    ],
    commit: Annotated[
        bool, typer.Option("--commit", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem trước.")
    ] = False,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Bỏ dòng có đơn vị hoặc chỉ tiêu không nhận ra.")
    ] = False,
    unit: Annotated[
        list[str] | None,
        typer.Option(help="Đơn vị thật của số trong tệp: “triệu đồng”, hoặc của một chỉ tiêu: “DTC-04=triệu đồng”."),
    ] = None,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="Nạp đúng như tệp ghi, kèm cảnh báo, dù khác xa những gì đã biết.")
    ] = False,
    boundary: Annotated[
        str, typer.Option(help="Đơn vị thuộc thời nào: auto, former (trước 1/7/2025), current (hiện nay).")
    ] = "auto",
    indicator: Annotated[
        list[str] | None,
        typer.Option(help="Chỉ tiêu của cả tệp, hoặc của một tên ghi trong tệp: “hồ sơ đã nhận=HCC-01”."),
    ] = None,
    period: Annotated[str, typer.Option(help="Kỳ số liệu của cả tệp, khi tệp không có cột này.")] = "",
    columns: Annotated[list[str] | None, typer.Option("--map", help="Cột của tệp: value=so_lieu.")] = None,
    decimal: Annotated[str, typer.Option(help="Dấu thập phân của tệp: , hoặc . (mặc định tự nhận).")] = "",
    encoding: Annotated[str | None, typer.Option(help="Bảng mã chữ: utf-8, cp1258, tcvn3.")] = None,
    lang: Lang = None,
) -> None:
    """Xem trước hoặc nạp một bảng số liệu. / Preview or load a table of figures."""
    from layers.indicators.areas import Asked
    from layers.indicators.loading import examine, write
    from layers.indicators.reading import read_figures
    from services.database import transaction

    del lang
    if boundary not in get_args(Asked):
        raise Problem("--boundary nhận auto, former hoặc current.", "--boundary is auto, former or current.")
    asked = cast(Asked, boundary)
    called = _called(indicator)
    figures = read_figures(
        path, encoding=encoding, chosen=pairs(columns), decimal=decimal, indicator=called.pop("", ""), called=called,
        period=period, unit=_units(unit),
    )  # fmt: skip
    with transaction(write=commit) as connection:
        report = examine(connection, figures, boundary=asked, skip_unknown=skip_unknown, as_is=as_is)
        _show(report)
        if commit:
            write(connection, report, title=path.name, by=getpass.getuser())
        else:
            out.print(
                say(
                    "\nMới xem trước, chưa ghi gì. Thêm --commit để nạp.",
                    "\nA preview, nothing was written. Add --commit to load.",
                )
            )
    if commit:
        good(
            say(
                f"Đã ghi {amount(report.written)} số liệu; {amount(report.same)} số liệu không đổi nên không ghi lại.",
                f"Wrote {amount(report.written)} figures; {amount(report.same)} were known already.",
            )
        )
    elif (
        report.doubt
        or report.refused
        or (report.mixups and not as_is)
        or (not skip_unknown and (report.unknown_areas or report.contradicting or figures.unknown_indicators))
    ):
        raise typer.Exit(1)


@app.command()
def rebuild(
    province: Annotated[
        list[str] | None, typer.Option(help="Chỉ các tỉnh này (mã hai chữ số); không có thì cả nước.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Tính lại mọi số tổng hợp từ số liệu đã nhận. / Reckon everything that follows from the figures anew."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from layers.indicators.quality_store import refresh as doubt
    from layers.indicators.rollup import rebuild as make_anew
    from services.database import opened
    from services.settings import Settings

    del lang
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with opened(Settings()) as engine:
        with Progress(*columns, console=out) as bar:
            task = bar.add_task(say("Tỉnh, thành phố", "Provinces"), total=None)
            written = make_anew(
                engine, province or None, progress=lambda done, of: bar.update(task, completed=done, total=of)
            )
        with engine.begin() as connection:
            doubt(connection, provinces=province or None)
    good(
        say(
            f"Đã tính lại; {amount(written)} số được sửa cho đúng.",
            f"Reckoned anew; {amount(written)} figures were put right.",
        )
        if written
        else say("Mọi số tổng hợp đều đúng; không có gì phải sửa.", "Everything that follows was right already.")
    )


def _units(values: list[str] | None) -> dict[str, str]:
    """Read `--unit name` and `--unit code=name` options: units by code, under "" that of all."""
    told = (value.rpartition("=") for value in values or [])
    return {code.strip().upper(): name.strip() for code, _, name in told}


def _called(values: list[str] | None) -> dict[str, str]:
    """Read `--indicator code` and `--indicator name=code` options: codes by the file's name, under "" that of the file."""
    told = (value.rpartition("=") for value in values or [])
    return {name.strip(): code.strip() for name, _, code in told}


def pairs(values: list[str] | None) -> dict[str, str]:
    """Read `--map field=column` options; Problem where one has no equals sign."""
    for value in values or []:
        if "=" not in value:
            raise Problem(f"--map “{value}” phải có dạng trường=cột.", f"--map “{value}” must read field=column.")
    return dict(value.split("=", 1) for value in values or [])


def _grouped(rows: list[tuple[int, str, str, str, str]]) -> list[tuple[str, str, str, int, int]]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for line, code, name, vi, en in rows:
        groups.setdefault((code or "–", name, say(vi, en)), []).append(line)
    return [(*said, len(lines), lines[0]) for said, lines in groups.items()]


def _show(report: FigureReport) -> None:
    from layers.indicators.spoken import spoken
    from layers.indicators.terms import english

    figures = report.figures
    language: Language = "en" if speaking() == "en" else "vi"
    facts([
        (say("Dòng", "Rows"), amount(figures.total)),
        (say("Dùng được", "Usable"), amount(report.accepted)),
        (say("Cột", "Columns"), ", ".join(f"{ours} ← {theirs}" for ours, theirs in figures.columns.items())),
        *((say("Ranh giới", "Boundaries"), f"{say(one.title, one.title_en)}: {amount(count)}") for one, count in report.vintages.items()),
    ])  # fmt: skip
    heading(say("Bảng viết theo danh mục nào", "Which list the table is written in"))
    for one in report.evidence:
        out.print(f"  {say(one.vi, one.en)}", highlight=False)
    if report.doubt:
        bad(say(report.doubt.vi, report.doubt.en))
    listing(say("Lý do từ chối", "Reasons of refusal"), ["", say("dòng", "rows"), say("các dòng đầu", "first rows")],
            grouped(report.refused), mark="✗")  # fmt: skip
    listing(say("Số liệu trái nhau", "Figures that contradict each other"), [say("dòng", "row"), ""],
            [(one.row, say(one.vi, one.en)) for one in report.contradicting], mark="✗")  # fmt: skip
    listing(say("Chỉ tiêu không có trong danh mục", "Unknown indicators"), ["", say("dòng", "rows")],
            list(figures.unknown_indicators.items()), mark="✗")  # fmt: skip
    listing(say("Dòng không gắn được vào đơn vị nào", "Rows that cannot be tied to an area"),
            [say("mã", "code"), say("tên", "name"), say("lý do", "reason"), say("dòng", "rows"),
             say("dòng đầu", "first row")], _grouped(report.unknown_areas), mark="✗")  # fmt: skip
    listing(say("Dòng gắn không theo cả mã và tên", "Rows tied otherwise than by code and name"),
            [say("mã", "code"), say("tên", "name"), say("vì sao", "why"), say("dòng", "rows"),
             say("dòng đầu", "first row")], _grouped(report.unusual), mark="·")  # fmt: skip
    listing(say("Có lẽ ghi bằng đơn vị khác", "Perhaps in another unit"), [""],
            [(say(*one.sentences()),) for one in report.mixups], mark="✗")  # fmt: skip
    if report.not_loaded:
        count = amount(report.not_loaded)
        out.print(
            say(
                f"  {count} dòng thuộc các đơn vị chưa nạp ranh giới: bỏ qua.",
                f"  {count} rows are of areas whose boundaries are not loaded: left out.",
            )
        )
    listing(say("Để trống có lý do", "Blank for a reason"), ["", ""],
            [(say(*_BLANKS[k]), amount(v)) for k, v in report.blanks.items()], mark="·")  # fmt: skip
    listing(say("Chữ thay cho số", "Words in place of numbers"), ["", ""], list(figures.words.items()), mark="·")
    listing(say("Giá trị đáng ngờ (giữ nguyên, kèm cảnh báo)", "Doubtful values (kept, with a warning)"), ["", "", ""],
            [(one.area, f"{one.indicator} {one.period}: {spoken(one.value, language)} {say(one.unit, english(one.unit))}",
              say(one.warning, english(one.warning))) for one in report.warnings])  # fmt: skip
    listing(
        say("Không nạp", "Left out"),
        ["", "", say("dòng", "rows")],
        [(one.of, say(one.vi, one.en), one.rows) for one in report.left_out],
        mark="·",
    )
    listing(say("Chỉ tiêu", "Indicators"), ["", say("dòng", "rows")], list(report.indicators.items()), mark="·")
