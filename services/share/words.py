"""The words of a shared map in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from layers.indicators.terms import english

VIETNAM = timezone(timedelta(hours=7))

WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "unit": "Đơn vị tính",
        "whole_VN": "Cả nước",
        "whole_province": "Toàn tỉnh",
        "whole_city": "Toàn thành phố",
        "sample": "Dữ liệu minh hoạ",
        "sample_long": "Số liệu trên bản đồ này là dữ liệu minh hoạ, không phải số liệu chính thức.",
        "approximate": "Ranh giới gần đúng",
        "source": "Nguồn",
        "no_source": "chưa ghi nguồn",
        "known": "Số liệu cập nhật",
        "made": "Bản đồ lập ngày",
        "boundary": "Địa giới hành chính",
        "classes": "Phân lớp",
        "quantile": "phân vị",
        "natural": "ngắt tự nhiên",
        "equal": "khoảng đều nhau",
        "target": "theo mục tiêu",
        "no_target": "Chưa giao mục tiêu",
        "table": "Bảng số liệu",
        "close": "Đóng",
        "area": "Đơn vị",
        "value": "Giá trị",
        "rank": "Hạng",
        "among": "trong",
        "plan": "Mục tiêu",
        "of_units": "đơn vị",
        "legend": "Chú giải",
        "whole_view": "Xem toàn cảnh",
        "province": "tỉnh, thành phố",
        "district": "đơn vị cấp huyện",
        "commune": "đơn vị cấp xã",
        "region": "vùng",
        "phuong": "phường",
        "xa": "xã",
        "dac_khu": "đặc khu",
        "where": "Vị trí trong cả nước",
        "lens": "Nhìn theo",
        "carried": "Quy đổi từ số liệu của",
        "estimated": "phần ước tính",
        "exact": "không có phần ước tính",
        "band": "từ {} đến {}",
        "from": "Số liệu gốc",
        "more": "và {} đơn vị khác",
        "noscript": "Hãy bật JavaScript của trình duyệt để xem bản đồ.",
    },
    "en": {
        "unit": "Unit",
        "whole_VN": "Whole country",
        "whole_province": "Whole province",
        "whole_city": "Whole city",
        "sample": "Sample data",
        "sample_long": "The figures on this map are sample data, not official statistics.",
        "approximate": "Approximate boundaries",
        "source": "Source",
        "no_source": "not recorded",
        "known": "Figures as of",
        "made": "Map made on",
        "boundary": "Administrative boundaries",
        "classes": "Classes",
        "quantile": "quantiles",
        "natural": "natural breaks",
        "equal": "equal intervals",
        "target": "against the target",
        "no_target": "No target set",
        "table": "Table of figures",
        "close": "Close",
        "area": "Area",
        "value": "Value",
        "rank": "Rank",
        "among": "of",
        "plan": "Target",
        "of_units": "areas",
        "legend": "Legend",
        "whole_view": "Show the whole",
        "province": "provinces",
        "district": "districts",
        "commune": "communes",
        "region": "regions",
        "phuong": "wards",
        "xa": "communes",
        "dac_khu": "special zones",
        "where": "Place in Viet Nam",
        "lens": "Seen by",
        "carried": "Carried from the figures of",
        "estimated": "share estimated",
        "exact": "nothing estimated",
        "band": "from {} to {}",
        "from": "Original figures",
        "more": "and {} more",
        "noscript": "Please switch on JavaScript to see the map.",
    },
}


def in_words(term: str, lang: str) -> str:
    """Return a unit, source or fixed sentence in a language."""
    return english(term) if lang == "en" else term


def day(moment: datetime | None, lang: str) -> str:
    """Return the day in Viet Nam as people write it: 22/11/2026, or 22 November 2026."""
    if moment is None:
        return "–"
    local = moment.astimezone(VIETNAM)
    return f"{local.day} {local:%B %Y}" if lang == "en" else f"{local.day}/{local.month}/{local.year}"
