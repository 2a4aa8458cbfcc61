"""Answers of the API that are at hand, sent before a request is looked at any further: a month that plays again."""

from __future__ import annotations

from typing import Any

from starlette.types import Scope

from services.cache import Answers
from services.front import Raw, asked_simply
from services.revisions import Revisions

MOST = 8192  # requests remembered
_Key = tuple[str, bytes, bytes, bytes]


class AtHand:
    """Which answer the public gets to which request, as long as the revisions it follows from stay."""

    def __init__(self, answers: Answers, revisions: Revisions) -> None:
        self._answers = answers
        self._revisions = revisions
        self._kept: dict[_Key, tuple[tuple[str, ...], tuple[int, ...], object]] = {}

    def remember(self, scope: Scope, names: tuple[str, ...], state: tuple[int, ...], key: object) -> None:
        """Remember under which key of the answers a request finds its own."""
        if any(name == b"authorization" for name, _ in scope["headers"]):
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[_key(scope)] = names, state, key

    def find(self, scope: Scope) -> Raw | None:
        """Return the answer of a request, zipped, for the public; None for all else."""
        if (found := self._kept.get(_key(scope))) is None:
            return None
        names, state, key = found
        if tuple(self._revisions[name] for name in names) != state:
            return None
        if (asked := asked_simply(scope)) is None:
            return None
        known, zipped = asked
        answer = self._answers.get(key)
        if answer is None or (answer.zipped and not zipped):
            return None
        if known == answer.etag.encode():
            return 304, answer.headers("no-cache"), b""
        headers: list[tuple[bytes, bytes]] = [
            *answer.headers("no-cache"),
            (b"content-type", answer.media_type.encode()),
            (b"content-length", b"%d" % len(answer.body)),
        ]
        return 200, [*headers, (b"content-encoding", b"gzip")] if answer.zipped else headers, answer.body


def _key(scope: Scope) -> _Key:
    accept = language = b""
    headers: list[tuple[bytes, Any]] = scope["headers"]
    for name, value in headers:
        if name == b"accept":
            accept = value
        elif name == b"accept-language":
            language = value
    return scope["path"], scope["query_string"], accept, language
