"""How often one client may ask: a bucket for each key or address, filled evenly, in this process."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import Message, Scope, Send

from services.accounts import key_of
from services.errors import TooMany

_LIMITED = ("/ogc", "/api")
_MOST = 10_000  # clients that are remembered; the full buckets among them are forgotten first


@dataclass(slots=True)
class Bucket:
    """What a client may still ask: `left` of `rate` requests at the moment `at` (seconds of a clock)."""

    rate: int
    left: float
    at: float

    def take(self, now: float) -> bool:
        """Take one request; whether there was one left."""
        self.left = min(self.rate, self.left + (now - self.at) * self.rate / 60)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True

    @property
    def wait(self) -> int:
        """Seconds until there is a request again."""
        return max(0, math.ceil((1 - self.left) * 60 / self.rate))

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell a client its quota and what is left of it."""
        full = math.ceil((self.rate - self.left) * 60 / self.rate)
        return {
            "RateLimit-Policy": f'"minute";q={self.rate};w=60',
            "RateLimit": f'"minute";r={max(0, int(self.left))};t={full}',
        }


class Limits:
    """The buckets of one application; answers at hand, pages and files of the map are not counted."""

    def __init__(self, state: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._state, self._clock = state, clock
        self._buckets: dict[object, Bucket] = {}

    def take(self, scope: Scope) -> Bucket | None:
        """Count a request and return its client's bucket; None where there is no limit, TooMany where it is empty."""
        if not scope["path"].startswith(_LIMITED) or scope["method"] == "OPTIONS":
            return None
        client, rate = self._client(scope)
        if not rate:
            return None
        now = self._clock()
        bucket = self._buckets.get(client)
        if bucket is None or bucket.rate != rate:
            if len(self._buckets) >= _MOST:
                self._forget(now)
            bucket = self._buckets[client] = Bucket(rate, rate, now)
        if bucket.take(now):
            return bucket
        raise TooMany(
            f"Mỗi phút chỉ được {rate} yêu cầu; hãy thử lại sau {bucket.wait} giây.",
            f"Only {rate} requests a minute are answered; try again in {bucket.wait} seconds.",
            headers=bucket.headers | {"Retry-After": str(bucket.wait)},
        )

    def _client(self, scope: Scope) -> tuple[object, int]:
        """Return whom a request counts for and how many a minute that may make; 0 is as many as wanted."""
        settings = self._state.settings
        given = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        key = key_of(given.decode("latin-1"), settings, self._state.keys) if given is not None else None
        if key is not None and (key.rate or key.viewer.staff):
            return ("key", key.id), key.rate or 0
        return _address(scope), settings.rate_public

    def _forget(self, now: float) -> None:
        self._buckets = {
            client: one for client, one in self._buckets.items() if one.left + (now - one.at) * one.rate / 60 < one.rate
        }
        while len(self._buckets) >= _MOST:
            del self._buckets[next(iter(self._buckets))]


def telling(bucket: Bucket, send: Send) -> Send:
    """Return `send` with the quota among the headers of the answer."""
    told = [(name.lower().encode(), value.encode()) for name, value in bucket.headers.items()]

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *told]}
        await send(message)

    return tell


def _address(scope: Scope) -> str:
    """The address of the client; of IPv6 the network, because one client has all of it."""
    host = scope["client"][0] if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    except ValueError:
        return host
