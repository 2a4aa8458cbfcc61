"""A process: one declaration from which its description, the reading of its inputs and its page are computed."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fastapi import Request

from layers.viewer import Viewer
from services.language import Language
from services.ogc.links import JSON

Json = dict[str, Any]
Words = tuple[str, str]
"""Vietnamese and English."""

Mode = Literal["sync-execute", "async-execute"]


def say(words: Words, lang: Language) -> str:
    """Choose the words of a language."""
    return words[lang == "en"]


@dataclass(frozen=True, kw_only=True)
class Input:
    """What a process takes: `schema` is the JSON Schema of one value, `most` how many values there may be."""

    title: Words
    schema: Json
    needed: bool = False
    most: int = 1


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a process gives."""

    title: Words
    schema: Json


@dataclass(frozen=True)
class Value:
    """One output: JSON, text or a file of a media type."""

    data: Any
    kind: str = JSON
    name: str = ""

    @property
    def file(self) -> bool:
        """Whether it lies in a file."""
        return isinstance(self.data, Path)


class Stopped(Exception):
    """The work was broken off by who asked for it, or the process that did it ends."""


async def _untold(_: float) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Work:
    """One run of a process: who asked for it, where files may be put, and whom to tell how far it is.

    `tell` takes the part that is done, 0 to 1. What runs in a thread calls `check` now and then.
    """

    request: Request
    viewer: Viewer
    lang: Language
    folder: Path | None = None
    tell: Callable[[float], Coroutine[Any, Any, None]] = _untold
    stop: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise Stopped where the work is no longer wanted."""
        if self.stop.is_set():
            raise Stopped


Run = Callable[[Work, Json], Awaitable[Mapping[str, Value]]]


async def _unchecked(*_: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process; `run` takes inputs that fit their schemas, with the defaults filled in.

    `check` refuses inputs before they wait in the queue. Outputs `by_reference` are files with an address.
    """

    id: str
    title: Words
    description: Words
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Output]
    run: Run
    example: Json
    keywords: tuple[str, ...] = ()
    check: Callable[[Work, Json], Awaitable[None]] = _unchecked
    modes: tuple[Mode, ...] = ("sync-execute", "async-execute")
    by_reference: bool = False

    def summary(self, lang: Language) -> Json:
        """Return what the list of processes says of it."""
        return {
            "id": self.id,
            "title": say(self.title, lang),
            "description": say(self.description, lang),
            "version": "1.0.0",
            "keywords": list(self.keywords),
            "jobControlOptions": list(self.modes),
            "outputTransmission": ["reference"] if self.by_reference else ["value"],
        }

    def described(self, lang: Language) -> Json:
        """Return its whole description."""
        return {
            **self.summary(lang),
            "inputs": {
                name: {
                    "title": say(one.title, lang),
                    "schema": one.schema,
                    "minOccurs": int(one.needed),
                    "maxOccurs": one.most,
                }
                for name, one in self.inputs.items()
            },
            "outputs": {
                name: {"title": say(one.title, lang), "schema": one.schema} for name, one in self.outputs.items()
            },
            "example": {"inputs": self.example},
        }
