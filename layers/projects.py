"""Construction projects and their disbursement, always against both plans."""

from sqlalchemy import Column, Computed, Date, Double, Text

from geo.table import feature_table
from layers.layer import Code, Field, Layer
from styles.marks import Categories, Category, Circles, Line, Ramp

table = feature_table(
    "project",
    "Any",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("investor", Text, nullable=False),
    Column("contractor", Text),
    Column("project_group", Text),
    Column("field", Text),
    Column("state", Text, nullable=False),
    Column("total_investment", Double),
    Column("plan_central", Double),
    Column("plan_local", Double),
    Column("disbursed", Double),
    Column("rate_central", Double, Computed("disbursed / nullif(plan_central, 0) * 100", persisted=True)),
    Column("rate_local", Double, Computed("disbursed / nullif(plan_local, 0) * 100", persisted=True)),
    Column("progress", Double),
    Column("start_date", Date),
    Column("end_date", Date),
    Column("obstacle", Text),
    Column("internal_note", Text),
)

STATES = (
    Category("chuan_bi", "#8a94a0", "Chuẩn bị đầu tư", "In preparation"),
    Category("dang_thi_cong", "#1f78c8", "Đang thi công", "Under construction"),
    Category("cham_tien_do", "#e07b2c", "Chậm tiến độ", "Behind schedule"),
    Category("vuong_mat", "#c8372d", "Vướng mặt bằng", "Blocked by site clearance"),
    Category("hoan_thanh", "#2f9e6e", "Hoàn thành", "Completed"),
)

FIELDS = (
    ("giao_thong", "Giao thông", "Transport"),
    ("thuy_loi", "Thủy lợi", "Irrigation"),
    ("giao_duc", "Giáo dục", "Education"),
    ("y_te", "Y tế", "Health"),
    ("ha_tang_do_thi", "Hạ tầng đô thị", "Urban infrastructure"),
    ("cong_nghiep", "Công nghiệp", "Industry"),
    ("khac", "Khác", "Other"),
)

layer = Layer(
    id="projects",
    title="Dự án xây dựng",
    title_en="Construction projects",
    description="Dự án đầu tư công: vị trí, tiến độ, giải ngân so với cả hai kế hoạch được giao.",
    description_en="Public investment projects: place, progress, disbursement against both assigned plans.",
    table=table,
    geometry="Any",
    fields=(
        Field(name="code", title="Mã dự án", title_en="Project code", required=True),
        Field(name="name", title="Tên dự án", title_en="Name", required=True, tile=True),
        Field(
            name="state",
            title="Tình trạng",
            title_en="State",
            tile=True,
            filter=True,
            required=True,
            codes=tuple(Code(value=s.value, title=s.title, title_en=s.title_en) for s in STATES),
        ),
        Field(name="investor", title="Chủ đầu tư", title_en="Owner", required=True),
        Field(name="contractor", title="Nhà thầu", title_en="Contractor"),
        Field(
            name="project_group",
            title="Nhóm dự án",
            title_en="Group",
            filter=True,
            codes=tuple(Code(value=g, title=f"Nhóm {g}", title_en=f"Group {g}") for g in "ABC"),
        ),
        Field(
            name="field",
            title="Lĩnh vực",
            title_en="Sector",
            filter=True,
            codes=tuple(Code(value=v, title=t, title_en=e) for v, t, e in FIELDS),
        ),
        Field(
            name="total_investment",
            title="Tổng mức đầu tư",
            title_en="Total investment",
            type="number",
            least=0,
            unit="tỷ đồng",
        ),
        Field(
            name="plan_central",
            title="Kế hoạch vốn Thủ tướng giao",
            title_en="Plan assigned by the Prime Minister",
            type="number",
            least=0,
            unit="tỷ đồng",
        ),
        Field(
            name="plan_local",
            title="Kế hoạch vốn địa phương giao",
            title_en="Plan assigned by the province",
            type="number",
            least=0,
            unit="tỷ đồng",
        ),
        Field(name="disbursed", title="Đã giải ngân", title_en="Disbursed", type="number", least=0, unit="tỷ đồng"),
        Field(
            name="rate_central",
            title="Giải ngân so với kế hoạch Thủ tướng giao",
            title_en="Disbursed of the Prime Minister's plan",
            type="number",
            unit="%",
        ),
        Field(
            name="rate_local",
            title="Giải ngân so với kế hoạch địa phương giao",
            title_en="Disbursed of the province's plan",
            type="number",
            unit="%",
        ),
        Field(
            name="progress",
            title="Khối lượng thực hiện",
            title_en="Physical progress",
            type="number",
            least=0,
            most=100,
            unit="%",
        ),
        Field(name="start_date", title="Khởi công", title_en="Start", type="date"),
        Field(name="end_date", title="Hoàn thành theo kế hoạch", title_en="Planned end", type="date"),
        Field(name="obstacle", title="Vướng mắc", title_en="Obstacle"),
        Field(name="internal_note", title="Ghi chú nội bộ", title_en="Internal note", public=False),
    ),
    look=(
        Line(colour=Categories("state", STATES), width=Ramp(((8, 2), (12, 4), (16, 7)))),
        Circles(colour=Categories("state", STATES), radius=Ramp(((8, 4), (12, 6.5), (16, 9)))),
    ),
    minzoom=6,
    date="start_date",
)
