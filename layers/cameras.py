"""Cameras: where they stand, what they see and whether they work; the stream's address never leaves the house."""

from geoalchemy2 import Geometry
from sqlalchemy import Column, Computed, DateTime, Double, Integer, Text

from geo.table import feature_table
from layers.layer import Code, Field, Layer
from styles.marks import Categories, Category, Circles, Fill, Ramp
from styles.palette import TEXT

table = feature_table(
    "camera",
    "Point",
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("purpose", Text),
    Column("kind", Text, nullable=False, server_default="fixed"),
    Column("state", Text, nullable=False, server_default="online"),
    Column("last_seen", DateTime(timezone=True)),
    Column("height_m", Double),
    Column("azimuth", Double, comment="degrees from north, null for all round"),
    Column("field_of_view", Double),
    Column("range_m", Double),
    Column("retention_days", Integer),
    Column("stream_url", Text),
    Column("snapshot_url", Text),
    Column(
        "view_3857",
        Geometry("POLYGON", 3857, spatial_index=False),
        Computed("toancanh.view_sector(geom, azimuth, field_of_view, range_m)", persisted=True),
    ),
)

STATES = (
    Category("online", "#2f9e6e", "Đang hoạt động", "Online"),
    Category("unstable", "#e8a33d", "Chập chờn", "Unstable"),
    Category("offline", "#c8372d", "Mất kết nối", "Offline"),
    Category("maintenance", "#8a94a0", "Bảo trì", "Maintenance"),
)
PURPOSES = (
    ("giao_thong", "Giao thông", "Traffic"),
    ("an_ninh", "An ninh trật tự", "Public order"),
    ("moi_truong", "Môi trường, rừng", "Environment and forest"),
    ("do_thi", "Trật tự đô thị", "Urban order"),
    ("thien_tai", "Phòng chống thiên tai", "Disaster prevention"),
)

layer = Layer(
    id="cameras",
    title="Camera giám sát",
    title_en="Cameras",
    description="Vị trí, hướng nhìn và tình trạng hoạt động của camera công cộng.",
    description_en="Place, field of view and state of public cameras.",
    table=table,
    geometry="Point",
    fields=(
        Field(name="code", title="Mã", title_en="Code", required=True),
        Field(name="name", title="Tên", title_en="Name", required=True, tile=True),
        Field(
            name="state",
            title="Tình trạng",
            title_en="State",
            tile=True,
            filter=True,
            codes=tuple(Code(value=s.value, title=s.title, title_en=s.title_en) for s in STATES),
        ),
        Field(
            name="purpose",
            title="Mục đích",
            title_en="Purpose",
            filter=True,
            codes=tuple(Code(value=v, title=t, title_en=e) for v, t, e in PURPOSES),
        ),
        Field(name="owner", title="Cơ quan quản lý", title_en="Owner", required=True),
        Field(
            name="kind",
            title="Loại",
            title_en="Type",
            filter=True,
            codes=(
                Code(value="fixed", title="Cố định", title_en="Fixed"),
                Code(value="ptz", title="Quay quét", title_en="Pan-tilt-zoom"),
            ),
        ),
        Field(name="last_seen", title="Kết nối gần nhất", title_en="Last seen", type="datetime"),
        Field(name="azimuth", title="Hướng nhìn", title_en="Azimuth", type="number", least=0, most=360, unit="°"),
        Field(
            name="field_of_view", title="Góc nhìn", title_en="Field of view", type="number", least=0, most=360, unit="°"
        ),
        Field(name="range_m", title="Tầm nhìn", title_en="Range", type="number", least=0, most=100000, unit="m"),
        Field(
            name="height_m",
            title="Độ cao lắp đặt",
            title_en="Height",
            type="number",
            least=0,
            most=1000,
            unit="m",
            popup=False,
        ),
        Field(
            name="retention_days",
            title="Lưu hình",
            title_en="Retention",
            type="integer",
            least=0,
            most=36500,
            unit="ngày",
            public=False,
        ),
        Field(name="stream_url", title="Địa chỉ luồng", title_en="Stream address", public=False, popup=False),
        Field(name="snapshot_url", title="Địa chỉ ảnh", title_en="Snapshot address", public=False, popup=False),
    ),
    look=(
        Fill(colour=Categories("state", STATES), opacity=0.22, minzoom=14, part="view_3857"),
        Circles(colour=Categories("state", STATES), radius=Ramp(((9, 3.5), (13, 5.5), (17, 8))), ring=TEXT),
    ),
    minzoom=6,
    points_from=10,
    parts=("view_3857",),
    date="last_seen",
)
