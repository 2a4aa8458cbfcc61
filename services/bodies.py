"""The body of a request, read only as far as it may go."""

from __future__ import annotations

from fastapi import Request

from services.errors import TooLarge

MOST = 20 * 2**20  # bytes of a person's table


async def body(request: Request, most: int = MOST) -> bytes:
    """Return the body; TooLarge as soon as it passes `most` bytes, whatever its headers say."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            megabytes = most // 2**20
            raise TooLarge(f"Dữ liệu gửi lên lớn hơn {megabytes} MB.", f"The body is larger than {megabytes} MB.")
    return bytes(read)
