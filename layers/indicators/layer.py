"""An indicator as a layer of its own: one feature an area with its figure of one period."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import Boolean, DateTime, Double, Integer, Text, text

from layers.indicators.catalogue import Indicator
from layers.layer import Code, Field, Layer
from styles.palette import BLANKS, STATES

# Every area of a picture with its figure: given with the request, one place an area, because one and the same picture
# is on the map, in tables and here, carried or not. Binds: period (key), unit, and an array for each column of `f`.
FIGURES = (
    text(
        """
        SELECT a.id, a.code, a.full_name AS name, a.level, a.province_code,
               CASE WHEN a.level IN ('commune', 'district') THEN a.province_code ELSE 'VN' END AS parent_code,
               CAST(:period AS text) AS period, f.value, CAST(:unit AS text) AS unit, f.numerator, f.denominator, f.blank,
               f.warning, f.status, f.derived, f.sample, f.source, f.known_at, f.target, f.plan, f.state, f.carried, f.method,
               f.estimated, f.low, f.high, a.geom
        FROM unnest(CAST(:ids AS int[]), CAST(:values AS float8[]), CAST(:numerators AS float8[]),
                    CAST(:denominators AS float8[]), CAST(:blanks AS text[]), CAST(:warnings AS text[]),
                    CAST(:statuses AS text[]), CAST(:deriveds AS text[]), CAST(:samples AS boolean[]),
                    CAST(:sources AS text[]), CAST(:known_ats AS timestamptz[]), CAST(:targets AS float8[]),
                    CAST(:plans AS text[]), CAST(:states AS text[]), CAST(:carrieds AS boolean[]), CAST(:methods AS text[]),
                    CAST(:estimateds AS float8[]), CAST(:lows AS float8[]), CAST(:highs AS float8[]))
             AS f (area_id, value, numerator, denominator, blank, warning, status, derived, sample, source, known_at, target,
                   plan, state, carried, method, estimated, low, high)
        JOIN toancanh.area a ON a.id = f.area_id
        """
    )
    .columns(
        id=Integer, code=Text, name=Text, level=Text, province_code=Text, parent_code=Text, period=Text, value=Double,
        unit=Text, numerator=Double, denominator=Double, blank=Text, warning=Text, status=Text, derived=Text,
        sample=Boolean, source=Text, known_at=DateTime(timezone=True), target=Double, plan=Text, state=Text,
        carried=Boolean, method=Text, estimated=Double, low=Double, high=Double, geom=Geometry("MULTIPOLYGON", 4326),
    )
    .subquery("figure")
)  # fmt: skip

LEVELS = (
    Code(value="province", title="Cấp tỉnh", title_en="Province"),
    Code(value="district", title="Cấp huyện (trước 1/7/2025)", title_en="District (before 1 July 2025)"),
    Code(value="commune", title="Cấp xã", title_en="Commune"),
    Code(value="region", title="Vùng", title_en="Region"),
)
STATUSES = (
    Code(value="estimate", title="Ước tính", title_en="Estimate"),
    Code(value="preliminary", title="Sơ bộ", title_en="Preliminary"),
    Code(value="final", title="Chính thức", title_en="Final"),
)
DERIVED = (
    Code(value="F", title="Tính bằng công thức từ hai chỉ tiêu", title_en="By a formula from two indicators"),
    Code(value="S", title="Tổng hợp từ các đơn vị cấp dưới", title_en="Rolled up from the areas below"),
    Code(value="T", title="Tổng hợp từ các kỳ ngắn hơn", title_en="Rolled up from shorter periods"),
)


def layer_id(code: str) -> str:
    """Return the id of an indicator's layer: `HCC-04` → `indicator-hcc-04`."""
    return f"indicator-{code.lower()}"


def indicator_layer(one: Indicator) -> Layer:
    """Return the layer of an indicator; its statement needs the binds of `FIGURES`."""
    return Layer(
        id=layer_id(one.code),
        title=f"{one.name} ({one.unit})",
        title_en=f"{one.name_en} ({one.unit})",
        description=_description(one, "vi"),
        description_en=_description(one, "en"),
        table=FIGURES,
        geometry="Polygon",
        fields=_fields(one),
        readers="public" if one.public else "staff",
        editable=False,
    )


def _fields(one: Indicator) -> tuple[Field, ...]:
    numerator, numerator_en = one.numerator_name or "Tử số", one.numerator_name_en or "Numerator"
    denominator, denominator_en = one.denominator_name or "Mẫu số", one.denominator_name_en or "Denominator"
    states = tuple(Code(value=key, title=vi, title_en=en) for key, (vi, en, _) in STATES.items())
    blanks = tuple(Code(value=key, title=vi, title_en=en) for key, vi, en, _ in BLANKS)
    return (
        Field(name="code", title="Mã địa bàn", title_en="Area code", filter=True, tile=True),
        Field(name="name", title="Địa bàn", title_en="Area", tile=True),
        Field(name="level", title="Cấp", title_en="Level", codes=LEVELS),
        Field(name="parent_code", title="Mã cấp trên", title_en="Parent code", filter=True),
        Field(name="period", title="Kỳ số liệu", title_en="Period"),
        Field(name="value", title=one.name, title_en=one.name_en, type="number", unit=one.unit, tile=True),
        Field(name="unit", title="Đơn vị tính", title_en="Unit"),
        Field(name="numerator", title=numerator, title_en=numerator_en, type="number", unit=one.numerator_unit),
        Field(
            name="denominator",
            title=denominator,
            title_en=denominator_en,
            type="number",
            unit=one.denominator_unit,
        ),
        Field(
            name="blank",
            title="Lý do không có số",
            title_en="Why there is no figure",
            codes=blanks,
            filter=True,
            tile=True,
        ),
        Field(name="warning", title="Cảnh báo", title_en="Warning"),
        Field(name="status", title="Tính chất số liệu", title_en="Status", codes=STATUSES, filter=True),
        Field(name="derived", title="Cách tổng hợp", title_en="Derived", codes=DERIVED, filter=True),
        Field(name="sample", title="Dữ liệu minh hoạ", title_en="Sample data", type="boolean", filter=True),
        Field(name="source", title="Nguồn", title_en="Source"),
        Field(name="known_at", title="Ghi nhận lúc", title_en="Known since", type="datetime"),
        Field(name="target", title="Mức phải đạt", title_en="What is due", type="number", unit=one.unit),
        Field(name="plan", title="Kế hoạch", title_en="Plan"),
        Field(name="state", title="Trạng thái", title_en="State", codes=states, filter=True, tile=True),
        Field(
            name="carried",
            title="Quy đổi từ ranh giới khác (≈)",
            title_en="Carried from other boundaries (≈)",
            type="boolean",
        ),
        Field(name="method", title="Cách quy đổi", title_en="Method of carrying"),
        Field(name="estimated", title="Phần ước tính", title_en="Share that is estimated", type="number"),
        Field(name="low", title="Cận dưới", title_en="Lower bound", type="number", unit=one.unit),
        Field(name="high", title="Cận trên", title_en="Upper bound", type="number", unit=one.unit),
    )


def _description(one: Indicator, lang: str) -> str:
    if lang == "en":
        formula = f" = {one.numerator_name_en} / {one.denominator_name_en} × {one.scale:g}" if one.is_ratio else ""
        how = (
            "One feature an area, on the boundaries of the period unless boundary names others; datetime chooses the period "
            "(2026, 2026-Q3, 2026-10 …; where there is none of it, the newest within), level the level."
        )
        return f"{one.code}: {one.name_en}{formula}, {one.unit}. {how}"
    formula = f" = {one.numerator_name} / {one.denominator_name} × {one.scale:g}" if one.is_ratio else ""
    how = (
        "Mỗi địa bàn một đối tượng, theo địa giới của kỳ nếu boundary không nêu địa giới khác; datetime chọn kỳ "
        "(2026, 2026-Q3, 2026-10 …; không có kỳ ấy thì kỳ mới nhất nằm trong đó), level chọn cấp."
    )
    return f"{one.code}: {one.name}{formula}, {one.unit}. {how}"
