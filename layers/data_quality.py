"""How far the figures of each commune can be trusted, as a layer: a score, how new they are, and what is doubted."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Boolean, Date, Double, Integer, Text, text

from layers.layer import Code, Field, Layer
from styles.marks import Categories, Category, Fill
from styles.palette import BLANKS, STATES

GRADES = (
    ("good", 95, "Tin cậy (từ 95 điểm)", "Sound (95 points or more)", "green"),
    ("fair", 85, "Khá (85–95)", "Fair (85–95)", "yellow"),
    ("poor", 70, "Yếu (70–85)", "Poor (70–85)", "orange"),
    ("bad", 0, "Kém (dưới 70)", "Bad (below 70)", "red"),
)
_GRADE = " ".join(f"WHEN q.score >= {least} THEN '{name}'" for name, least, *_ in GRADES)
_COLUMNS: dict[str, Any] = {
    "id": Integer, "area_id": Integer, "code": Text, "name": Text, "province_code": Text, "grade": Text, "score": Double,
    "completeness": Double, "timeliness": Double, "soundness": Double, "newest": Date, "days": Integer, "overdue": Integer,
    "late": Integer, "flags": Integer, "as_of": Date, "sample": Boolean, "geom": Geometry("MULTIPOLYGON", 4326),
    "geom_3857": Geometry("MULTIPOLYGON", 3857),
}  # fmt: skip

table = (
    text(
        f"""
        SELECT a.id, a.id AS area_id, a.code, a.full_name AS name, a.province_code, CASE {_GRADE} END AS grade, q.score,
               round(100 * q.completeness) AS completeness, round(100 * q.timeliness) AS timeliness, round(100 * q.soundness) AS soundness,
               q.newest, q.days, q.overdue, q.late, q.flags, q.as_of, coalesce(q.sample, false) AS sample, a.geom,
               s.geom AS geom_3857
        FROM toancanh.area a JOIN toancanh.area_shape s ON s.area_id = a.id AND s.band = 11
        LEFT JOIN toancanh.quality_area q ON q.area_id = a.id
        WHERE a.level = 'commune' AND a.valid_to IS NULL
        """
    )
    .columns(**_COLUMNS)
    .subquery("data_quality")
)

layer = Layer(
    id="data-quality",
    title="Chất lượng số liệu",
    title_en="Data quality",
    description="Điểm 0–100 của mỗi xã từ số liệu các chỉ tiêu: đầy đủ, đúng hạn, đáng tin; số liệu mới đến ngày nào, chậm bao lâu.",
    description_en="A score of 0–100 for each commune from the figures of all indicators: complete, timely, sound; how new they "
    "are and how long overdue.",
    table=table,
    geometry="Polygon",
    fields=(
        Field(name="code", title="Mã địa bàn", title_en="Area code", filter=True),
        Field(name="name", title="Địa bàn", title_en="Area", tile=True),
        Field(
            name="grade",
            title="Xếp loại",
            title_en="Grade",
            codes=tuple(Code(value=name, title=vi, title_en=en) for name, _, vi, en, _ in GRADES),
            filter=True,
            tile=True,
        ),
        Field(name="score", title="Điểm chất lượng", title_en="Quality score", type="number", tile=True),
        Field(name="completeness", title="Đầy đủ", title_en="Complete", type="number", unit="%"),
        Field(name="timeliness", title="Đúng hạn", title_en="On time", type="number", unit="%"),
        Field(name="soundness", title="Đáng tin", title_en="Sound", type="number", unit="%"),
        Field(name="newest", title="Số liệu đến ngày", title_en="Figures until", type="date"),
        Field(name="days", title="Số ngày từ đó", title_en="Days since", type="integer", unit="ngày"),
        Field(name="overdue", title="Quá hạn lâu nhất", title_en="Longest overdue", type="integer", unit="ngày"),
        Field(name="late", title="Số chỉ tiêu quá hạn", title_en="Indicators overdue", type="integer"),
        Field(name="flags", title="Số cờ cảnh báo", title_en="Flags", type="integer"),
        Field(name="as_of", title="Tính đến ngày", title_en="As of", type="date"),
    ),
    look=(
        Fill(
            colour=Categories(
                "grade",
                tuple(Category(name, STATES[state][2], vi, en) for name, _, vi, en, state in GRADES),
                BLANKS[0][3],
            ),
            opacity=0.7,
            outline="#ffffff",
        ),
    ),
    minzoom=6,
    editable=False,
)
