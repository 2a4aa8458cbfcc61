"""What is found in a file of boundaries, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.commands import amount, facts, heading, listing, out, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from boundaries.importing.report import Report


def show(report: Report) -> None:
    """Print all that was found in a file of outlines."""
    levels(report)
    for vi, en in report.notes:
        out.print(f"  {say(vi, en)}")
    listing(say("Dòng không dùng được", "Rows that cannot be used"), [say("dòng", "row"), ""],
            [(r, say(vi, en)) for r, vi, en in report.refused_rows], mark="✗")  # fmt: skip
    listing(say("Mã không có trong danh mục", "Codes not in the register"),
            [say("dòng", "row"), say("mã", "code"), say("tên", "name")],
            report.unknown, mark="✗")  # fmt: skip
    listing(say("Mã trùng", "Codes twice"), [say("mã", "code")], [(c,) for c in report.twice], mark="✗")
    listing(say("Tỉnh ghi trong tệp khác danh mục", "Parents that differ"),
            [say("mã", "code"), say("tệp", "file"), say("danh mục", "register")], report.parents, mark="✗")  # fmt: skip
    listing(say("Tên khác danh mục", "Names that differ"),
            [say("mã", "code"), say("tệp", "file"), say("danh mục", "register")],
            report.names)  # fmt: skip
    ground(report)
    heading(say("Đầy đủ", "Completeness"))
    for one in report.provinces[:40]:
        mark = "[green]✓[/]" if one.complete else "[yellow]·[/]" if not one.communes else "[red]✗[/]"
        outline = say("có đường bao tỉnh", "with the province's outline") if one.outline else ""
        out.print(
            f"  {mark} {one.code} {one.name}: {one.communes}/{one.communes_known} {say('xã', 'communes')} {outline}"
        )
    heading(say("Thay đổi nếu ghi", "What would change"))
    facts([
        (say("thêm mới", "new"), amount(report.change["new"])),
        (say("thay ranh giới", "replaced"), amount(report.change["replaced"])),
        (say("giữ nguyên", "untouched"), amount(report.change["untouched"])),
        (say("còn gần đúng", "stay approximate"), amount(report.change["approximate_left"])),
    ])  # fmt: skip


def levels(report: Report) -> None:
    """Print how many areas of each level were read, and how."""
    names = {
        "province": say("tỉnh", "provinces"),
        "commune": say("xã", "communes"),
        "district": say("huyện", "districts"),
        "": "?",
    }
    rows = [(say("Dòng", "Rows"), ", ".join(f"{amount(n)} {names[k]}" for k, n in report.levels.items()))]
    if report.crs:
        rows += [(say("Hệ toạ độ", "CRS"), f"{report.crs} → EPSG:4326 {report.operation}".strip())]
        rows += [(say("Bảng mã", "Encoding"), report.encoding)]
    facts(rows)


def ground(report: Report) -> None:
    """Print how the outlines fit the ground: repairs, overlaps, gaps, differences of size."""
    listing(say("Hình không hợp lệ (sẽ được sửa)", "Invalid geometry (will be repaired)"),
            [say("mã", "code"), say("lỗi", "fault")],
            report.invalid)  # fmt: skip
    if report.repair:
        done = report.repair
        points, rings, dust = (amount(done[k]) for k in ("repeated_points", "turned", "dust"))
        facts([(
            say("Sửa hình", "Repair"),
            say(
 f"{points} điểm lặp, {rings} vòng đổi chiều, {dust} mảnh dưới 1 m²", f"{points} repeated points, {rings} rings turned, {dust} parts under 1 m²",),
        )])  # fmt: skip
    found = [
        (say("Chồng lấn", "Overlaps"), "pairs", say("cặp", "pairs"), report.overlaps, ["", ""]),
        (say("Khe hở", "Gaps"), "count", say("khe", "gaps"), report.gaps, [say("kinh độ", "lon"), say("vĩ độ", "lat")]),
    ]
    facts([(name, f"{amount(of[k])} {word}, {amount(of['km2'], 4)} km²") for name, k, word, of, _ in found if of])
    for name, _, _, of, columns in found:
        listing(f"{name}: {say('nặng nhất', 'worst')}", [*columns, "km²"], of.get("worst", []))
    listing(say("Xã có điểm giữa nằm ngoài đường bao tỉnh", "Communes whose middle lies outside their province's outline"),
            [say("mã", "code"), say("tên", "name"), say("phần ngoài", "share outside")], report.outside)  # fmt: skip
    listing(say("Diện tích lệch quá 10 % so với công bố", "Areas more than 10 % off the published figure"),
            [say("mã", "code"), say("tên", "name"), say("công bố km²", "published km²"), say("đo km²", "measured km²")],
            report.areas)  # fmt: skip


def warn_uncounted(connection: Connection) -> None:
    """Say that people were counted before regions or outlines came or changed, where that is so."""
    from boundaries.population import uncounted

    if count := uncounted(connection):
        parts = amount(count)
        out.print(say(
            f"[yellow]![/] {parts} phần đất chung chưa được đếm dân vì dân số đã đếm trước khi vùng hoặc ranh giới thay đổi: "
            "ở đó chia theo diện tích cho đến khi chạy lại boundaries population.",
            f"[yellow]![/] {parts} parts of common ground have no people, which were counted before regions or outlines "
            "changed: they are shared by ground until boundaries population runs again.",
        ))  # fmt: skip
