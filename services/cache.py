"""Finished answers kept in memory, bounded by their size: a hit touches neither database nor thread pool."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished body, compressed once."""

    body: bytes
    media_type: str
    etag: str
    zipped: bool
    file: str = ""  # the name it is saved under

    def headers(self, cache_control: str) -> list[tuple[bytes, bytes]]:
        """Return the headers that say what it is and how long it may be kept."""
        said = {"etag": self.etag, "cache-control": cache_control, "vary": "Accept, Accept-Encoding, Authorization"}
        if self.file:
            said["content-disposition"] = f'attachment; filename="{self.file}"'
        return [(name.encode(), value.encode()) for name, value in said.items()]


class Answers:
    """The most recently used answers, at most `limit` bytes of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[object, Answer] = OrderedDict()

    def get(self, key: object) -> Answer | None:
        """Return the answer kept under a key, and remember that it was used."""
        answer = self._kept.get(key)
        if answer is not None:
            self._kept.move_to_end(key)
        return answer

    def put(self, key: object, answer: Answer) -> Answer:
        """Keep an answer; the least used ones leave when there is no room."""
        if len(answer.body) <= self._limit:
            self._size += len(answer.body)
            self._kept[key] = answer
            while self._size > self._limit:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone.body)
        return answer


def finish(body: bytes, media_type: str, etag: str, *, file: str = "") -> Answer:
    """Compress a body where that pays; figures shrink no further at higher levels, which cost three times as much."""
    if len(body) < 512:
        return Answer(body, media_type, etag, zipped=False, file=file)
    return Answer(gzip.compress(body, 1, mtime=0), media_type, etag, zipped=True, file=file)


def respond(request: Request, answer: Answer, *, cache_control: str) -> Response:
    """Answer a request: 304 where the client has it already, unpacked where it cannot read gzip."""
    headers = {name.decode(): value.decode() for name, value in answer.headers(cache_control)}
    if request.headers.get("if-none-match") == answer.etag:
        return Response(status_code=304, headers=headers)
    body = answer.body
    if answer.zipped:
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
    return Response(body, media_type=answer.media_type, headers=headers)
