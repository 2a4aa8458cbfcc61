"""The commands that keep the keys of people and programs: add, list, revoke."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import typer

from services.commands import Lang, good, listing, out, say

app = typer.Typer(help="Mã truy cập cho cán bộ và phần mềm: ai, quyền gì, tỉnh nào, bao nhiêu yêu cầu mỗi phút.")


@app.command()
def add(
    name: Annotated[str, typer.Option(help="Của ai hoặc của phần mềm nào; ghi vào lịch sử sửa đổi.")],
    role: Annotated[Literal["staff", "public"], typer.Option(help="staff: xem hết và sửa; public: chỉ xem.")] = "staff",
    provinces: Annotated[
        str, typer.Option(help="Mã các tỉnh được xem và sửa, cách nhau bằng dấu phẩy; trống là tất cả.")
    ] = "",
    rate: Annotated[int | None, typer.Option(help="Số yêu cầu mỗi phút; trống là theo vai trò.")] = None,
    lang: Lang = None,
) -> None:
    """Tạo một mã và in ra một lần duy nhất. / Make a key; it is shown this once."""
    from services import key_table
    from services.database import transaction

    del lang
    codes = [code.strip() for code in provinces.split(",") if code.strip()]
    with transaction(write=True) as connection:
        secret = key_table.add(connection, name, role=role, provinces=codes, rate=rate)
    out.print(secret, highlight=False)
    good(
        say(
            f"Đã tạo mã cho {name.strip()}. Hãy cất ngay: mã không được lưu và không xem lại được.",
            f"Made a key for {name.strip()}. Keep it now: it is stored nowhere and cannot be shown again.",
        )
    )


@app.command("list")
def show(lang: Lang = None) -> None:
    """Liệt kê các mã, không kèm bí mật. / List the keys without their secrets."""
    from services import key_table
    from services.database import transaction

    del lang
    with transaction(write=False) as connection:
        found = key_table.listed(connection)
    if not found:
        out.print(say("Chưa có mã truy cập nào.", "There are no keys."))
        return
    head = [say("tên", "name"), say("vai trò", "role"), say("tỉnh", "provinces"), say("mỗi phút", "a minute")]
    head += [say("tạo", "made"), say("dùng lần cuối", "last used"), say("thu hồi", "revoked")]
    rows = [
        (
            one.name, one.role, ", ".join(one.provinces) or "–", str(one.rate or "–"),
            _moment(one.created_at), _moment(one.used_at), _moment(one.revoked_at),
        )
        for one in found
    ]  # fmt: skip
    listing(say("Mã truy cập", "Keys"), head, rows, mark="·", most=len(rows))


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Tên của mã.")],
    lang: Lang = None,
) -> None:
    """Thu hồi một mã, có hiệu lực ngay. / Revoke a key at once."""
    from services import key_table
    from services.database import transaction

    del lang
    with transaction(write=True) as connection:
        key_table.revoke(connection, name)
    good(say(f"Đã thu hồi mã “{name}”.", f"Revoked the key “{name}”."))


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone():%d/%m/%Y %H:%M}" if at else "–"
