"""Commands for the catalogue of indicators: list, show one, bring the database in line with the files."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.errors import Problem
from services.commands import Lang, amount, bad, facts, good, heading, out, say

if TYPE_CHECKING:
    from layers.indicators.declaration import Indicator, Module
    from layers.indicators.sync import Change


def register(app: typer.Typer) -> None:
    """Add the commands to those of the figures."""
    app.command("list")(list_)
    app.command("show")(show)
    app.command("sync")(sync)


def list_(
    module: Annotated[str | None, typer.Argument(help="Chỉ một nhóm chỉ tiêu.")] = None, lang: Lang = None
) -> None:
    """Liệt kê danh mục chỉ tiêu. / List the catalogue."""
    from layers.indicators.catalogue import load

    del lang
    modules, indicators = load()
    if module is not None and module not in {one.id for one in modules}:
        raise Problem(
            f"Không có nhóm chỉ tiêu “{module}”; chạy toancanh indicators list để xem các nhóm.",
            f"There is no module “{module}”; run toancanh indicators list to see them.",
        )
    for one in modules:
        if module in (None, one.id):
            listed = [i for i in indicators if i.module == one.id]
            heading(f"{one.id}  {say(one.title, one.title_en)} ({len(listed)})")
            if module:
                facts([(i.code, f"{say(i.name, i.name_en)} ({i.unit})") for i in listed])


def show(
    code: Annotated[str, typer.Argument(help="Mã hoặc tên gọi của chỉ tiêu.")],
    on: Annotated[str, typer.Option(help="Đơn vị chủ trì vào ngày này: 2025-06-30; mặc định hôm nay.")] = "",
    lang: Lang = None,
) -> None:
    """Xem một chỉ tiêu: công thức, kỳ, lịch báo cáo, chủ trì, giới hạn, ngưỡng. / Show one indicator."""
    from layers.indicators.catalogue import find, load

    del lang
    one = find(code)
    if one is None:
        raise Problem(f"Không có chỉ tiêu “{code}”.", f"There is no indicator “{code}”.")
    try:
        day = date.fromisoformat(on) if on else date.today()
    except ValueError:
        raise Problem(f"Không hiểu ngày “{on}”: hãy viết 2025-06-30.", f"“{on}” is no day: write 2025-06-30.") from None
    heading(f"{one.code}  {say(one.name, one.name_en)}")
    module = next((m for m in load()[0] if m.id == one.module), None)
    facts([(name, value) for name, value in _facts(one, module, day) if value])


def sync(
    apply: Annotated[
        bool, typer.Option("--apply", help="Ghi vào cơ sở dữ liệu; không có thì chỉ xem khác biệt.")
    ] = False,
    lang: Lang = None,
) -> None:
    """So danh mục trên đĩa với danh mục đã áp dụng; --apply để áp dụng. / Compare, apply the catalogue."""
    from layers.indicators import sync as syncing
    from layers.indicators.catalogue import load
    from layers.indicators.catalogue_check import check
    from services.database import transaction

    del lang
    modules, indicators = load()
    if faults := check(indicators, modules):
        for fault in faults:
            bad(say(*fault))
        raise Problem(
            f"Danh mục tự mâu thuẫn ở {len(faults)} chỗ nên không áp dụng.",
            f"The catalogue contradicts itself in {len(faults)} places and is not applied.",
        )
    with transaction(write=apply) as connection:
        changes = syncing.difference(connection)
        _show(changes)
        refused = [one.refusal for one in changes if one.refusal]
        for refusal in refused:
            bad(say(*refusal))
        if refused:
            raise Problem("Chưa áp dụng gì.", "Nothing was applied.")
        if apply:
            syncing.apply(connection, changes, by=getpass.getuser())
    if not changes:
        good(say("Cơ sở dữ liệu theo đúng danh mục.", "The database follows the catalogue."))
    elif apply:
        anew = sum(one.rolls_up_anew for one in changes)
        good(
            say(
                f"Đã áp dụng {amount(len(changes))} thay đổi; tổng hợp lại {amount(anew)} chỉ tiêu.",
                f"Applied {amount(len(changes))} changes; rolled up {amount(anew)} indicators anew.",
            )
        )
        out.print(say("Khởi động lại máy chủ để dùng danh mục mới.", "Restart the server to use the new catalogue."))
    else:
        out.print(
            say("\nMới xem, chưa ghi gì. Thêm --apply để áp dụng.", "\nNothing was written. Add --apply to apply it.")
        )


def behind(changes: Sequence[Change]) -> str:
    """One line that says how far a database is behind the files."""
    count = {kind: sum(one.kind == kind for one in changes) for kind in ("new", "changed", "gone", "back")}
    return say(
        f"Danh mục trên đĩa khác danh mục đã áp dụng: {count['new'] + count['back']} mới, {count['changed']} đổi, "
        f"{count['gone']} bỏ; xem bằng toancanh indicators sync.",
        f"The catalogue is not the one applied: {count['new'] + count['back']} new, {count['changed']} changed, "
        f"{count['gone']} gone; see toancanh indicators sync.",
    )


def _facts(one: Indicator, module: Module | None, day: date) -> list[tuple[str, str]]:
    from layers.indicators import periods
    from layers.indicators.catalogue import against_plans
    from layers.indicators.targets import PLANS
    from layers.indicators.terms import english

    def term(text: str) -> str:
        return say(text, english(text))

    formula = f"{say(one.numerator_name, one.numerator_name_en)} / {say(one.denominator_name, one.denominator_name_en)}"
    now = periods.of(one.period, day, one.calendar)
    return [
        (say("Nhóm", "Module"), say(module.title, module.title_en) if module else one.module),
        (say("Đơn vị tính", "Unit"), term(one.unit)),
        (say("Công thức", "Formula"), f"{formula} × {one.scale:g}" if one.is_ratio else ""),
        *((say(*PLANS[plan.plan]), f"{plan.rate.code if plan.rate else one.code} / {plan.planned.code}")
          for plan in against_plans(one)),
        (say("Quyền số", "Weight"), say(one.weight, one.weight_en)),
        (say("Kỳ số liệu", "Period"), f"{one.period}: {now.label('en' if say('vi', 'en') == 'en' else 'vi')}"),
        (say("Lịch báo cáo", "Calendar"), one.calendar),
        (say("Gộp theo không gian", "In space"), one.space_rule),
        (say("Gộp theo thời gian", "In time"), one.time_rule),
        (say("Chiều tốt", "Good"), one.direction),
        (say("Cấp thấp nhất", "Lowest level"), one.lowest_level),
        (say(f"Chủ trì ngày {day:%d/%m/%Y}", f"Owner on {day}"), term(one.owner_on(day))),
        (say("Các đơn vị chủ trì", "Owners"), "; ".join(str(replace(o, name=term(o.name))) for o in one.owners) if len(one.owners) > 1 else ""),
        (say("Giới hạn", "Limits"), _span(one.limit_low, one.limit_high)),
        (say("Ngưỡng hợp lý", "Plausible"), _span(one.low, one.high)),
        (say("Khoảng mục tiêu", "Target band"), _span(one.target_low, one.target_high)),
        (say("Ngưỡng cảnh báo", "Bands"), "; ".join(f"{band:g}" for band in one.bands)),
        (say("Phạm vi", "Readers"), say("công khai", "public") if one.public else say("nội bộ", "internal")),
        (say("Nguồn", "Source"), term(one.source_system)),
        (say("Căn cứ", "Basis"), one.basis),
    ]  # fmt: skip


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:g}'}..{'' if high is None else f'{high:g}'}"


def _show(changes: Sequence[Change]) -> None:
    for kind, mark, title in (
        ("new", "+", say("Mới", "New")),
        ("back", "+", say("Trở lại", "Back")),
        ("changed", "~", say("Đổi", "Changed")),
        ("gone", "-", say("Không còn trong danh mục", "Gone")),
    ):
        some = [one for one in changes if one.kind == kind]
        if some:
            heading(f"{title}: {len(some)}")
        if kind == "new" and len(some) > 20:
            out.print(f"  + {', '.join(one.code for one in some)}")
            continue
        for one in some:
            side = one.after or one.before
            assert side is not None
            out.print(f"  {mark} {one.code}  {say(side.name, side.name_en)}{_remark(one)}", markup=False)
            for name, (before, after) in one.fields.items():
                out.print(f"      {name}: {_said(before)} → {_said(after)}", markup=False)


def _remark(one: Change) -> str:
    if one.kind == "gone" and one.has_figures:
        return say(" (có số liệu: vẫn đọc được)", " (has figures: they can still be read)")
    return say(" (tổng hợp lại)", " (rolled up anew)") if one.rolls_up_anew else ""


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ";".join(f"{name}={part}" for name, part in value.items()) or "–"
    if isinstance(value, tuple):
        return "; ".join(map(_said, value)) or "–"
    if isinstance(value, bool):
        return "yes" if value else "internal"
    return f"{value:g}" if isinstance(value, float) else str(value) if value not in (None, "") else "–"
