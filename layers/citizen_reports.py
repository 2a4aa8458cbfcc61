"""Citizen reports: what people report, where, and how far it has come; who reported is never public."""

from sqlalchemy import Boolean, Column, DateTime, Integer, SmallInteger, Text

from geo.table import feature_table
from layers.layer import Code, Field, Layer
from styles.marks import Categories, Category, Circles, Ramp
from styles.palette import Tone

table = feature_table(
    "citizen_report",
    "Point",
    Column("code", Text, nullable=False, comment="tracking code given to the citizen"),
    Column("category", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("state", Text, nullable=False, server_default="moi"),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("agency", Text),
    Column("answer", Text),
    Column("satisfaction", SmallInteger),
    Column("supporters", Integer, nullable=False, server_default="0"),
    Column("reporter_name", Text),
    Column("reporter_phone", Text),
    Column("moderated", Boolean, nullable=False, server_default="false"),
)

STATES = (
    Category("moi", "#7a5fc0", "Mới tiếp nhận", "New"),
    Category("dang_xu_ly", "#1f78c8", "Đang xử lý", "In progress"),
    Category("qua_han", "#c8372d", "Quá hạn", "Overdue"),
    Category("da_xu_ly", "#2f9e6e", "Đã xử lý", "Resolved"),
    Category("tu_choi", "#8a94a0", "Không thuộc thẩm quyền", "Out of remit"),
)
CATEGORIES = (
    ("ha_tang", "Hạ tầng, đường sá", "Roads and infrastructure"),
    ("moi_truong", "Môi trường, rác thải", "Environment and waste"),
    ("trat_tu_do_thi", "Trật tự đô thị", "Urban order"),
    ("xay_dung", "Trật tự xây dựng", "Construction order"),
    ("an_ninh", "An ninh trật tự", "Public order"),
    ("giao_thong", "Giao thông", "Traffic"),
    ("cap_nuoc_dien", "Điện, nước, chiếu sáng", "Power, water, lighting"),
    ("dich_vu_cong", "Dịch vụ công", "Public services"),
)

layer = Layer(
    id="citizen-reports",
    title="Phản ánh của người dân",
    title_en="Citizen reports",
    description="Phản ánh, kiến nghị tại hiện trường đã được duyệt công khai và quá trình xử lý.",
    description_en="Moderated citizen reports and how they are handled.",
    table=table,
    geometry="Point",
    fields=(
        Field(name="code", title="Mã tra cứu", title_en="Tracking code", required=True),
        Field(name="title", title="Nội dung", title_en="Subject", required=True),
        Field(
            name="category",
            title="Lĩnh vực",
            title_en="Category",
            filter=True,
            tile=True,
            required=True,
            codes=tuple(Code(value=v, title=t, title_en=e) for v, t, e in CATEGORIES),
        ),
        Field(
            name="state",
            title="Tình trạng",
            title_en="State",
            filter=True,
            tile=True,
            codes=tuple(Code(value=s.value, title=s.title, title_en=s.title_en) for s in STATES),
        ),
        Field(name="description", title="Mô tả", title_en="Description"),
        Field(name="received_at", title="Tiếp nhận", title_en="Received", type="datetime", required=True),
        Field(name="due_at", title="Hạn xử lý", title_en="Due", type="datetime"),
        Field(name="closed_at", title="Kết thúc", title_en="Closed", type="datetime"),
        Field(name="agency", title="Cơ quan xử lý", title_en="Agency"),
        Field(name="answer", title="Trả lời", title_en="Answer"),
        Field(
            name="satisfaction",
            title="Mức hài lòng",
            title_en="Satisfaction",
            type="integer",
            least=1,
            most=5,
            unit="/5",
        ),
        Field(name="supporters", title="Người cùng phản ánh", title_en="Supporters", type="integer", least=0),
        Field(name="reporter_name", title="Người phản ánh", title_en="Reporter", public=False),
        Field(name="reporter_phone", title="Điện thoại", title_en="Phone", public=False),
        Field(name="moderated", title="Đã duyệt công khai", title_en="Moderated", type="boolean", public=False),
    ),
    look=(
        Circles(
            colour=Categories("state", STATES),
            radius=Ramp(((10, 3), (13, 5), (17, 8))),
            gathered=Tone("#a8481b", "#f2a676"),
        ),
    ),
    points_from=11,
    date="received_at",
    title_field="title",
    shown=lambda t: t.c.moderated,
)
