"""Chromium as the machine has it, and a page that waits for the map."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

READY = """() => {
  const made = window.__toancanh;
  if (!made || !made.map.loaded() || made.map.isMoving()) return false;
  const { start, style, focus, detail, slice, legend, card } = made.store.data;
  return [start, style, focus, detail, slice, legend, card].every((one) => !one.busy);
}"""

SWIFTSHADER = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one; draw WebGL without a graphics card."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    chosen = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **chosen, "args": list(SWIFTSHADER)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk's screen and a Vietnamese browser, unless a test says otherwise."""
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "locale": "vi-VN",
        "reduced_motion": "reduce",
        "color_scheme": "light",
    }


@pytest.fixture
def open_map(page: Page, server: str) -> Open:
    """Open the page with a query and wait until the map is drawn and every answer is there."""

    def opened(query: str = "", *, on: Page | None = None) -> Page:
        where = on or page
        where.goto(f"{server.rstrip('/')}/{query}")
        settled(where)
        return where

    return opened


def settled(page: Page) -> None:
    """Wait until nothing moves and nothing is on its way."""
    page.wait_for_function(READY, timeout=40_000)


@pytest.fixture(name="settled")
def _settled() -> Callable[[Page], None]:
    """The wait of `open_map`, for after a click."""
    return settled
