"""Administrative areas as layers: provinces and communes on the date that is asked for."""

from dataclasses import replace
from datetime import timedelta

from boundaries.tables import area
from boundaries.vintages import CURRENT
from layers.layer import Code, Field, Layer

KINDS = (
    Code(value="tinh", title="Tỉnh", title_en="Province"),
    Code(value="thanh_pho", title="Thành phố", title_en="City"),
    Code(value="xa", title="Xã", title_en="Commune"),
    Code(value="phuong", title="Phường", title_en="Ward"),
    Code(value="dac_khu", title="Đặc khu", title_en="Special zone"),
    Code(value="quan", title="Quận", title_en="Urban district"),
    Code(value="huyen", title="Huyện", title_en="District"),
    Code(value="thi_xa", title="Thị xã", title_en="Town"),
    Code(value="thi_tran", title="Thị trấn", title_en="Township"),
)

_FIELDS = (
    Field(name="code", title="Mã", title_en="Code", tile=True, filter=True),
    Field(name="name", title="Tên", title_en="Name", tile=True, filter=True),
    Field(name="full_name", title="Tên đầy đủ", title_en="Full name"),
    Field(name="name_en", title="Tên tiếng Anh", title_en="English name"),
    Field(name="kind", title="Loại", title_en="Kind", codes=KINDS, filter=True),
    Field(name="province_code", title="Mã tỉnh", title_en="Province code", filter=True),
    Field(name="valid_from", title="Hiệu lực từ", title_en="Valid from", type="date"),
    Field(name="valid_to", title="Hết hiệu lực", title_en="Valid to", type="date"),
    Field(name="resolution", title="Nghị quyết", title_en="Resolution"),
    Field(name="area_km2", title="Diện tích công bố", title_en="Published area", type="number", unit="km²"),
    Field(name="source", title="Nguồn ranh giới", title_en="Source of the outline"),
    Field(name="approximate", title="Ranh giới gần đúng", title_en="Approximate outline", type="boolean"),
)

provinces = Layer(
    id="provinces",
    title="Tỉnh, thành phố",
    title_en="Provinces",
    description="Các tỉnh, thành phố; mặc định là 34 đơn vị từ 1/7/2025.",
    description_en="Provinces; by default the 34 that stand since 1 July 2025.",
    table=area,
    geometry="Polygon",
    fields=_FIELDS,
    where=lambda t: t.c.level == "province",
    editable=False,
)

communes = Layer(
    id="communes",
    title="Xã, phường, đặc khu",
    title_en="Communes",
    description="Các xã, phường, đặc khu đã nạp; mặc định là đơn vị từ 1/7/2025.",
    description_en="Communes that are loaded; by default those that stand since 1 July 2025.",
    table=area,
    geometry="Polygon",
    fields=_FIELDS,
    where=lambda t: t.c.level == "commune",
    editable=False,
)

LAST_DAY = CURRENT.start - timedelta(days=1)

former_provinces = replace(
    provinces,
    id="former-provinces",
    title="Tỉnh, thành phố trước 1/7/2025",
    title_en="Provinces before 1 July 2025",
    description="63 tỉnh, thành phố đến ngày 30/6/2025; tỉnh kế tục tìm theo mã ở trang địa bàn.",
    description_en="The 63 provinces that stood until 30 June 2025.",
    moment=LAST_DAY,
)

former_districts = replace(
    provinces,
    id="former-districts",
    title="Quận, huyện, thị xã trước 1/7/2025",
    title_en="Districts before 1 July 2025",
    description="Cấp huyện đến ngày 30/6/2025, trước khi kết thúc hoạt động.",
    description_en="Districts, which ended on 30 June 2025.",
    where=lambda t: t.c.level == "district",
    moment=LAST_DAY,
)

former_communes = replace(
    communes,
    id="former-communes",
    title="Xã, phường, thị trấn trước 1/7/2025",
    title_en="Communes before 1 July 2025",
    description="Xã, phường, thị trấn đã nạp, đến ngày 30/6/2025.",
    description_en="Communes that are loaded, as they stood until 30 June 2025.",
    moment=LAST_DAY,
)

regions = Layer(
    id="regions",
    title="Vùng theo bộ vùng đã nạp",
    title_en="Regions of loaded sets",
    description="Hạt kiểm lâm, địa bàn công an, lưu vực … đã nạp làm lăng kính; cột loại ghi tên bộ vùng.",
    description_en="Forest districts, police areas, basins and so on, loaded as lenses; kind names the set.",
    table=area,
    geometry="Polygon",
    fields=tuple(replace(field, codes=()) if field.name == "kind" else field for field in _FIELDS),
    where=lambda t: t.c.level == "region",
    editable=False,
)
