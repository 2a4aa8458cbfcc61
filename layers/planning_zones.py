"""Planning zones: what a plan in force allows on a piece of land."""

from sqlalchemy import Column, Date, Double, Integer, Text

from geo.table import feature_table
from layers.layer import Code, Field, Layer
from styles.land_use import land_use_categories, land_uses
from styles.marks import Fill, Line

table = feature_table(
    "planning_zone",
    "Polygon",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("land_use", Text, nullable=False),
    Column("plan_name", Text, nullable=False),
    Column("plan_level", Text, nullable=False),
    Column("decision", Text),
    Column("decision_date", Date),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("density_max", Double),
    Column("storeys_max", Integer),
    Column("far_max", Double),
    Column("area_m2", Double),
    Column("population", Integer),
    Column("remark", Text),
)

PLAN_LEVELS = (
    Code(value="chung", title="Quy hoạch chung", title_en="General plan"),
    Code(value="phan_khu", title="Quy hoạch phân khu", title_en="Subdivision plan"),
    Code(value="chi_tiet", title="Quy hoạch chi tiết", title_en="Detailed plan"),
    Code(value="su_dung_dat", title="Quy hoạch sử dụng đất", title_en="Land-use plan"),
)

layer = Layer(
    id="planning-zones",
    title="Quy hoạch",
    title_en="Planning zones",
    description="Ô đất theo quy hoạch còn hiệu lực, tô màu theo loại đất của Thông tư 08/2024/TT-BTNMT.",
    description_en="Zones of the plans in force, in the legal colours of their land use.",
    table=table,
    geometry="Polygon",
    fields=(
        Field(name="code", title="Ký hiệu ô đất", title_en="Zone code", required=True),
        Field(name="name", title="Tên", title_en="Name", required=True, tile=True),
        Field(
            name="land_use",
            title="Loại đất",
            title_en="Land use",
            required=True,
            tile=True,
            filter=True,
            codes=tuple(Code(value=u.code, title=u.title, title_en=u.title_en) for u in land_uses()),
        ),
        Field(name="plan_name", title="Đồ án quy hoạch", title_en="Plan", required=True),
        Field(
            name="plan_level",
            title="Cấp quy hoạch",
            title_en="Plan level",
            codes=PLAN_LEVELS,
            filter=True,
            required=True,
        ),
        Field(name="decision", title="Quyết định", title_en="Decision"),
        Field(name="decision_date", title="Ngày quyết định", title_en="Decision date", type="date"),
        Field(name="valid_from", title="Hiệu lực từ", title_en="Valid from", type="date", required=True),
        Field(name="valid_to", title="Hiệu lực đến", title_en="Valid to", type="date"),
        Field(
            name="density_max",
            title="Mật độ xây dựng tối đa",
            title_en="Maximum density",
            type="number",
            least=0,
            most=100,
            unit="%",
        ),
        Field(
            name="storeys_max",
            title="Tầng cao tối đa",
            title_en="Maximum storeys",
            type="integer",
            least=0,
            most=300,
            unit="tầng",
        ),
        Field(
            name="far_max",
            title="Hệ số sử dụng đất",
            title_en="Maximum floor-area ratio",
            type="number",
            least=0,
            most=100,
            unit="lần",
        ),
        Field(name="area_m2", title="Diện tích", title_en="Area", type="number", least=0, unit="m²"),
        Field(
            name="population",
            title="Dân số quy hoạch",
            title_en="Planned population",
            type="integer",
            least=0,
            unit="người",
        ),
        Field(name="remark", title="Ghi chú nội bộ", title_en="Internal remark", public=False),
    ),
    look=(
        Fill(colour=land_use_categories("land_use"), opacity=0.72),
        Line(colour="#6d6a63", width=0.6, minzoom=13),
    ),
    minzoom=9,
    date="valid_from",
)
