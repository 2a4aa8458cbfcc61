"""An indicator as a layer of its own: one feature an area with its figure of one period."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Boolean, DateTime, Double, Integer, Text, text

from layers.indicators.catalogue import Indicator
from layers.layer import Code, Field, Layer
from styles.palette import BLANKS

_COLUMNS: dict[str, Any] = {
    "id": Integer, "code": Text, "name": Text, "level": Text, "province_code": Text, "parent_code": Text, "period": Text,
    "value": Double, "unit": Text, "numerator": Double, "denominator": Double, "blank": Text, "warning": Text,
    "status": Text, "sample": Boolean, "source": Text, "known_at": DateTime(timezone=True), "target": Double,
    "carried": Boolean, "method": Text, "estimated": Double, "low": Double, "high": Double,
    "geom": Geometry("MULTIPOLYGON", 4326),
}  # fmt: skip

# The picture the map shows (figure_slice) decides which areas and which values; what stands behind each value comes
# from its newest observation. Binds: indicator (number), level, kind, start, boundary, period (key), unit.
FIGURE = (
    text(
        """
        SELECT a.id, a.code, a.full_name AS name, a.level, a.province_code,
               CASE a.level WHEN 'commune' THEN a.province_code ELSE 'VN' END AS parent_code,
               CAST(:period AS text) AS period, f.value, CAST(:unit AS text) AS unit, o.numerator, o.denominator,
               CASE WHEN f.value IS NULL THEN coalesce(s.blanks ->> a.id::text, o.blank, 'no_data') END AS blank,
               coalesce(s.warnings ->> a.id::text, o.warning) AS warning,
               CASE o.status WHEN 'E' THEN 'estimate' WHEN 'P' THEN 'preliminary' WHEN 'F' THEN 'final' END AS status,
               coalesce(o.sample, s.sample) AS sample, p.title AS source, o.known_at, t.value AS target,
               false AS carried, NULL::text AS method, NULL::float8 AS estimated, NULL::float8 AS low, NULL::float8 AS high,
               a.geom
        FROM toancanh.figure_slice s
        CROSS JOIN LATERAL unnest(s.area_ids, s.area_values) AS f (area_id, value)
        JOIN toancanh.area a ON a.id = f.area_id
        LEFT JOIN LATERAL (
          SELECT * FROM toancanh.observation o
          WHERE o.province_code = a.province_code AND o.indicator_id = CAST(:indicator AS smallint) AND o.area_id = a.id
            AND o.period_kind = CAST(:kind AS char(1)) AND o.period_start = CAST(:start AS date)
          ORDER BY o.known_at DESC LIMIT 1
        ) o ON true
        LEFT JOIN toancanh.provenance p ON p.id = o.provenance_id
        LEFT JOIN toancanh.target t ON t.province_code = a.province_code AND t.area_id = a.id
          AND t.indicator_id = CAST(:indicator AS smallint) AND t.period_kind = CAST(:kind AS char(1))
          AND t.period_start = CAST(:start AS date)
        WHERE s.indicator_id = CAST(:indicator AS smallint) AND s.level = CAST(:level AS text)
          AND s.period_kind = CAST(:kind AS char(1)) AND s.period_start = CAST(:start AS date)
          AND s.boundary = CAST(:boundary AS date)
        """
    )
    .columns(**_COLUMNS)
    .subquery("figure")
)

# The same columns for figures that were carried to the areas: they are given with the request, one place an area.
CARRIED = (
    text(
        """
        SELECT a.id, a.code, a.full_name AS name, a.level, a.province_code,
               CASE WHEN a.level IN ('commune', 'district') THEN a.province_code ELSE 'VN' END AS parent_code,
               CAST(:period AS text) AS period, f.value, CAST(:unit AS text) AS unit, f.numerator, f.denominator, f.blank,
               NULL::text AS warning, NULL::text AS status, CAST(:sample AS boolean) AS sample, NULL::text AS source,
               NULL::timestamptz AS known_at, NULL::float8 AS target, true AS carried, f.method, f.estimated, f.low, f.high,
               a.geom
        FROM unnest(CAST(:ids AS int[]), CAST(:values AS float8[]), CAST(:numerators AS float8[]),
                    CAST(:denominators AS float8[]), CAST(:blanks AS text[]), CAST(:methods AS text[]),
                    CAST(:estimateds AS float8[]), CAST(:lows AS float8[]), CAST(:highs AS float8[]))
             AS f (area_id, value, numerator, denominator, blank, method, estimated, low, high)
        JOIN toancanh.area a ON a.id = f.area_id
        """
    )
    .columns(**_COLUMNS)
    .subquery("carried")
)

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


def layer_id(code: str) -> str:
    """Return the id of an indicator's layer: `HCC-04` → `indicator-hcc-04`."""
    return f"indicator-{code.lower()}"


def indicator_layer(one: Indicator, *, carried: bool = False) -> Layer:
    """Return the layer of an indicator; its statement needs the binds of `FIGURE`, or of `CARRIED`."""
    return Layer(
        id=layer_id(one.code),
        title=f"{one.name} ({one.unit})",
        title_en=f"{one.name_en} ({one.unit})",
        description=_description(one, "vi"),
        description_en=_description(one, "en"),
        table=CARRIED if carried else FIGURE,
        geometry="Polygon",
        fields=_fields(one),
        editable=False,
    )


def _fields(one: Indicator) -> tuple[Field, ...]:
    numerator, numerator_en = one.numerator_name or "Tử số", one.numerator_name_en or "Numerator"
    denominator, denominator_en = one.denominator_name or "Mẫu số", one.denominator_name_en or "Denominator"
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
        Field(name="sample", title="Dữ liệu minh hoạ", title_en="Sample data", type="boolean", filter=True),
        Field(name="source", title="Nguồn", title_en="Source"),
        Field(name="known_at", title="Ghi nhận lúc", title_en="Known since", type="datetime"),
        Field(name="target", title="Chỉ tiêu", title_en="Target", type="number", unit=one.unit),
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
        how = "One feature an area; datetime chooses the period, level the level."
        return f"{one.code}: {one.name_en}{formula}, {one.unit}. {how}"
    formula = f" = {one.numerator_name} / {one.denominator_name} × {one.scale:g}" if one.is_ratio else ""
    return f"{one.code}: {one.name}{formula}, {one.unit}. Mỗi địa bàn một đối tượng; datetime chọn kỳ, level chọn cấp."
