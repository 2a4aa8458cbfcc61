"""What the examination of a table says to a person, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boundaries.known import BOUNDARIES, Boundary, Known, other, structure

if TYPE_CHECKING:
    from boundaries.detective import Verdict
    from boundaries.totals import Total

_TITLES = {
    "former": ("trước 1/7/2025", "before 1 July 2025"),
    "current": ("từ 1/7/2025", "since 1 July 2025"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement in two languages."""

    vi: str
    en: str


def sentences(verdict: Verdict, scopes: Mapping[Boundary, frozenset[str] | None]) -> tuple[Sentence, ...]:
    """The evidence of a verdict, the finding first."""
    said = [_finding(verdict)]
    best = next((one for one in verdict.lists if one.id == verdict.best), None)
    if best and best.of and (found := _provinces(verdict, best.boundary)):
        provinces, provinces_en = (_named(best.boundary, found, language) for language in ("vi", "en"))
        said.append(Sentence(
            f"{_n(best.areas)} trong {_n(best.of)} đơn vị của danh mục này tại {provinces} có mặt trong bảng.",
            f"{_n(best.areas, 'en')} of the {_n(best.of, 'en')} areas of this list in {provinces_en} are in the table.",
        ))  # fmt: skip
    if verdict.boundary:
        vi, en = _TITLES[other(verdict.boundary)]
        share = _percent(verdict.share[other(verdict.boundary)])
        if verdict.fits_all(other(verdict.boundary)):
            said.append(Sentence(f"Danh mục {vi} cũng khớp {share}.", f"The structure {en} fits {share} as well."))
        else:
            said.append(Sentence(f"Danh mục {vi} chỉ khớp {share}.", f"The structure {en} fits only {share}."))
        scope = scopes[verdict.boundary]
        if scope and not {"district", "province"} & verdict.columns.keys() and verdict.rows > 1:
            names, names_en = (_named(verdict.boundary, scope, language) for language in ("vi", "en"))
            said.append(Sentence(
                f"Bảng không ghi tỉnh; các tên rõ nghĩa đều thuộc {names}.",
                f"The table names no province; the names that are clear belong to {names_en}.",
            ))  # fmt: skip
    said += _sums(verdict)
    if verdict.mixed:
        said.append(Sentence(
            "Bảng trộn đơn vị trước và sau 1/7/2025: dòng khớp cả hai danh mục không được gắn.",
            "The table mixes areas from before and after 1 July 2025: rows that fit both structures are not tied.",
        ))  # fmt: skip
    if verdict.crossed:
        said.append(Sentence(
            "Mã và tên thuộc hai thời khác nhau: chỉ gắn dòng mà tên rõ nghĩa và mã là của cùng một nơi.",
            "Codes and names are of different times: only rows whose name is clear and whose code is of the same place are tied.",
        ))  # fmt: skip
    for lines, vi, en, en_one in (
        (verdict.neither, "không khớp danh mục nào", "fit no list", "fits no list"),
        (verdict.new_names_old_codes, "mang tên mới với mã cũ", "have new names with old codes", "has a new name with an old code"),
        (verdict.old_names_new_codes, "mang tên cũ với mã mới", "have old names with new codes", "has an old name with a new code"),
        (verdict.ambiguous, "có tên trùng, cần thêm huyện hoặc tỉnh", "have names that several areas share", "has a name that several areas share"),
        (verdict.totals, "là dòng tổng", "are sums", "is a sum"),
    ):  # fmt: skip
        if lines:
            what = f"row {en_one}" if len(lines) == 1 else f"rows {en}"
            said.append(Sentence(f"{_n(len(lines))} dòng {vi} ({_lines('dòng', lines)}).",
                                 f"{_n(len(lines), 'en')} {what} ({_lines('row' if len(lines) == 1 else 'rows', lines)})."))  # fmt: skip
    return tuple(said)


def doubt(verdict: Verdict) -> Sentence:
    """Why it is not certain in which structure a table is written, with the finding so far."""
    vi, en = (text.rstrip(".") for text in (_finding(verdict).vi, _finding(verdict).en))
    one = verdict.boundary
    if one is None:
        if all(map(verdict.fits_all, BOUNDARIES)):
            return Sentence(
                "Mọi dòng khớp cả danh mục trước lẫn từ 1/7/2025, và không có tổng nào cho biết là thời nào",
                "Every row fits the lists both before and since 1 July 2025, and no total tells which is meant",
            )
        return Sentence(vi, en)
    if verdict.mixed:
        why = (
            "nhưng bảng trộn đơn vị trước và sau 1/7/2025",
            "but the table mixes areas from before and after 1 July 2025",
        )
    elif verdict.fits_all(one) and verdict.fits_all(other(one)):
        why = (
            f"nhưng cũng khớp hết danh mục {_TITLES[other(one)][0]}",
            f"but all of them fit the list {_TITLES[other(one)][1]} as well",
        )
    elif "code" not in verdict.columns:
        why = ("nhưng bảng không có mã để đối chiếu với tên", "but the table has no codes to compare with the names")
    elif "name" not in verdict.columns:
        why = (
            "nhưng bảng chỉ có mã, mà nhiều mã dùng ở cả hai thời",
            "but the table has codes alone, and many stand for areas of both times",
        )
    else:
        why = ("nhưng không phải dòng nào cũng khớp cả mã lẫn tên", "but not every row fits by both code and name")
    return Sentence(f"{vi}, {why[0]}", f"{en}, {why[1]}")


def reason(how: str, areas: Sequence[Known], chosen: Boundary) -> tuple[str, str]:
    """Why a row is not tied, or what is unusual about how it is (Vietnamese, English)."""
    vi, en = _TITLES[chosen]
    vi_other, en_other = _TITLES[other(chosen)]
    if how == "conflict" and not areas:
        return (
            f"mã chỉ có trong danh mục {vi_other}, tên không có trong danh mục {vi}",
            f"the code is only in the list {en_other}, the name is not in the list {en}",
        )
    several = len(areas) > 1
    what = "; ".join(f"{area.full_name} {area.code}" for area in areas[:3]) + ("; …" if len(areas) > 3 else "")
    return {
        "total": ("dòng tổng", "a sum"),
        "empty": ("dòng không ghi mã hay tên đơn vị", "neither code nor name of an area"),
        "moved": (f"mã và tên khớp, nhưng nay thuộc huyện khác với huyện ghi trong bảng: {what}", f"code and name fit, but it lies in another district than the table says: {what}"),
        "elsewhere": (f"mã và tên là của {what}, không thuộc huyện, tỉnh ghi trong bảng", f"code and name are those of {what}, which is not in the district or province written"),
        "alone": (
            f"{'nhiều đơn vị cùng tên' if several else 'tên có trong danh mục'}, bảng không ghi huyện, tỉnh nên chưa chắc: {what}",
            f"{'several areas have this name' if several else 'the name is in the list'}, and no district or province says which is meant: {what}",
        ),
        "spelling": (f"mã khớp, tên viết khác: {what}", f"the code fits, the name is spelt differently: {what}"),
        "older": (f"tên cũ (trước khi sáp nhập hoặc đổi loại) của {what}", f"a name from before a merger or change of kind: {what}"),
        "name": (f"gắn theo tên: {what}", f"tied by name: {what}"),
        "other_code": (f"gắn theo tên, mã thuộc thời kia: {what}", f"tied by name, the code is of the other time: {what}"),
        "code": ("chỉ có mã, không có tên để đối chiếu", "a code without a name to compare"),
        "conflict": (f"mã và tên chỉ hai đơn vị khác nhau {vi} ({what})", f"code and name disagree {en} ({what})"),
        "ambiguous": (f"nhiều đơn vị cùng tên: {what}", f"several areas of this name: {what}"),
        "kind": (f"khác loại đơn vị: {what}", f"another kind of area: {what}"),
        "near": (f"tên chỉ gần giống, khác dấu: {what}", f"the name is only similar, its marks are others: {what}"),
        "parent": (f"huyện, tỉnh ghi trong bảng không xác định được: {what}", f"the district or province written does not settle it: {what}"),
        "joined": (f"tên viết liền với huyện, tỉnh, cần dấu phẩy ở giữa: {what}", f"the name and its district or province need a comma between them: {what}"),
        "either": (f"khớp cả hai thời, không rõ là thời nào: {what}", f"fits both times, unclear which: {what}"),
        "unknown": (f"không có trong danh mục {vi}", f"not in the list {en}"),
    }[how]  # fmt: skip


def _finding(verdict: Verdict) -> Sentence:
    best = next((one for one in verdict.lists if one.id == verdict.best), None)
    if best is None or verdict.boundary is None:
        return Sentence("Không rõ bảng viết theo danh mục nào.", "It is unclear which list the table is written in.")
    share = _percent(verdict.share[verdict.boundary])
    return Sentence(
        f"Đây là {best.title}: khớp {share} số dòng.", f"These are {best.title_en}: {share} of the rows fit."
    )


def _sums(verdict: Verdict) -> list[Sentence]:
    """How the totals agree with the rows of the best list and of its counterpart, and where they differ most."""
    best = next((one for one in verdict.lists if one.id == verdict.best), None)
    if best is None:
        return []
    said = []
    counterpart = (one for one in verdict.lists if one.level == best.level and one.boundary != best.boundary)
    for one in (best, *counterpart):
        if one.sums:
            said.append(Sentence(
                f"{_n(one.sums_agree)} trong {_n(one.sums)} tổng bằng các dòng là {one.title} cộng lại.",
                f"{_n(one.sums_agree, 'en')} of {_n(one.sums, 'en')} totals are what the rows of {one.title_en} add up to.",
            ))  # fmt: skip
    stored = next((one for one in verdict.sums if one.list == best.id and one.agrees and one.of), None)
    if stored:
        vi, en = _total(stored)
        said.append(Sentence(
            f"{vi} ({_figure(stored.said)}) bằng {_n(stored.rows)} dòng cộng lại.",
            f"{en} ({_figure(stored.said, 'en')}) is what {_n(stored.rows, 'en')} rows add up to.",
        ))  # fmt: skip
    off = [total for total in verdict.sums if total.list == best.id and not total.agrees]
    if off:
        worst = max(off, key=_apart)
        vi, en = _total(worst)
        told = (worst.said, worst.added, abs(worst.difference))
        total, added, gap = map(_figure, told)
        total_en, added_en, gap_en = (_figure(value, "en") for value in told)
        said.append(Sentence(
            f"{vi}, cột “{worst.column}”: ghi {total}, {_n(worst.rows)} dòng cộng lại {added} "
            f"(chênh {gap}, {_percent(_apart(worst))}).",
            f"{en}, column “{worst.column}”: it says {total_en}, {_n(worst.rows, 'en')} rows add up to {added_en} "
            f"(a difference of {gap_en}, {_percent(_apart(worst))}).",
        ))  # fmt: skip
    return said


def _total(one: Total) -> tuple[str, str]:
    if one.of:
        return f"Số đã lưu của {one.of[0]}", f"The stored figure of {one.of[1]}"
    return ("Tổng đã cho", "The total given") if one.line is None else (f"Dòng {one.line}", f"Row {one.line}")


def _apart(total: Total) -> float:
    return abs(total.difference) / max(abs(total.said), abs(total.added))


def _provinces(verdict: Verdict, boundary: Boundary) -> set[str]:
    return {m.area.province for m in verdict.matches[boundary].values() if m.area} - {"VN"}


def _named(boundary: Boundary, codes: Collection[str], language: str) -> str:
    there = structure(boundary)
    names = [there.by_code[code][0].name for code in sorted(codes)]
    return ", ".join(names) if len(names) < 4 else f"{len(names)} {'tỉnh' if language == 'vi' else 'provinces'}"


def _lines(word: str, lines: Sequence[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:5])
    return f"{word} {shown}{', …' if len(lines) > 5 else ''}"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share in (0, 1) else f"{min(max(share, 0.01), 0.99):.0%}".replace("100%", "99%")


def _n(count: int, language: str = "vi") -> str:
    return _figure(count, language)


def _figure(value: float, language: str = "vi") -> str:
    """A figure with at most six decimals, written as the language does."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))
