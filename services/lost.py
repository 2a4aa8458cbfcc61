"""The page a person gets at an address that holds nothing: one sentence and the way back to the map."""

from __future__ import annotations

from html import escape

from fastapi import Request
from fastapi.responses import HTMLResponse

from geo.errors import Problem
from services.errors import status_of
from services.language import Language

_PROGRAMS = ("/api/", "/ogc/", "/assets/")  # what programs read gets problem documents, whoever asks

_BACK: dict[Language, str] = {"vi": "Mở bản đồ", "en": "Open the map"}
_PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/svg+xml" href="/mark.svg">
<title>{sentence} · Toàn Cảnh</title>
<style>
:root {{ --ground:#f6f5f1; --card:#ffffff; --text:#24323d; --quiet:#5b6872; --rule:#dfe3e6; --accent:#0d5568; --on:#ffffff; color-scheme:light dark }}
@media (prefers-color-scheme: dark) {{ :root {{ --ground:#10181f; --card:#1a2228; --text:#dfe7ec; --quiet:#9aa8b2; --rule:#2f3a42; --accent:#7cc9d9; --on:#10181f }} }}
body {{ margin:0; min-height:100vh; display:grid; place-items:center; background:var(--ground); color:var(--text); font:16px/1.6 "Be Vietnam Pro","Noto Sans","Segoe UI",system-ui,sans-serif }}
main {{ box-sizing:border-box; width:min(28rem, calc(100vw - 2rem)); padding:2rem; background:var(--card); border:1px solid var(--rule); border-radius:12px }}
img {{ width:2.5rem; height:2.5rem }}
h1 {{ margin:.75rem 0 .25rem; font-size:1.35rem; line-height:1.45; font-weight:650 }}
p {{ margin:0 0 1.5rem; color:var(--quiet); overflow-wrap:anywhere }}
a {{ display:inline-block; padding:.55rem 1.1rem; border-radius:8px; background:var(--accent); color:var(--on); text-decoration:none }}
a:focus-visible {{ outline:2px solid var(--accent); outline-offset:3px }}
</style>
<main>
<img src="/mark.svg" alt="Toàn Cảnh">
<h1>{sentence}</h1>
<p>{path}</p>
<a href="/{query}">{back}</a>
</main>
</html>
"""


def reads_pages(request: Request) -> bool:
    """Whether a person asks, in a browser, outside the addresses that programs read."""
    path = request.url.path.rstrip("/") + "/"
    return "text/html" in request.headers.get("accept", "") and not path.startswith(_PROGRAMS)


def lost(request: Request, problem: Problem, lang: Language) -> HTMLResponse:
    """Answer a problem as a page."""
    page = _PAGE.format(
        lang=lang,
        sentence=escape(problem.sentence(lang)),
        path=escape(request.url.path[:200]),
        query="?lang=en" if lang == "en" else "",
        back=_BACK[lang],
    )
    return HTMLResponse(page, status_of(problem), headers={"Cache-Control": "no-cache"})
