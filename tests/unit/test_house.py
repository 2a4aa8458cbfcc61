"""The ground rules of the house, made executable."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from layers.catalogue import catalogue
from layers.indicators.catalogue import load
from services.manual import DOCS, pages
from services.settings import PROJECT, Settings
from styles.basemap import ARCHIPELAGOS, document
from styles.maplibre import style_layers
from styles.palette import THEMES

HAN = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    return [PROJECT / name for name in listed.stdout.split("\0") if name]


def test_imports_run_one_way():
    told = subprocess.run(
        [sys.executable, "-m", "importlinter.cli"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if "No module named" in told.stderr:
        told = subprocess.run(
            [Path(sys.executable).with_name("lint-imports")], cwd=PROJECT, capture_output=True, text=True, check=False
        )
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("name", ["geo", "boundaries", "styles", "layers", "services"])
def test_our_packages_are_ours(name):
    """Plain names: another distribution's package of the same name must not shadow ours."""
    found = importlib.import_module(name)
    assert Path(found.__file__).resolve().is_relative_to(PROJECT)


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "layers.md", "indicators.md"])
def test_generated_documents_are_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run `make docs` and commit the result"


def test_every_setting_is_described():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_layer_speaks_both_languages():
    for layer in catalogue.values():
        words = [layer.title, layer.title_en, layer.description, layer.description_en]
        words += [text for field in layer.fields for text in (field.title, field.title_en)]
        assert all(words), layer.id
        names = [field.name for field in layer.fields]
        assert len(names) == len(set(names)), layer.id
        assert set(names) <= set(layer.table.c.keys()), layer.id
        assert layer.title_field in names, layer.id


def test_no_han_script_anywhere():
    """No name in Han script may slip into data, styles or texts: two archipelagos are Vietnamese on every map."""
    bad = []
    for path in tracked():
        if path.suffix in {".png", ".webp", ".ico", ".woff2", ".gz"} or path.name.endswith(("lock", "lock.json")):
            continue
        if path.is_file() and HAN.search(path.read_text(encoding="utf-8", errors="ignore")):
            bad.append(str(path.relative_to(PROJECT)))
    assert bad == []


def test_nothing_of_one_machine_is_committed():
    """No path of the machine it was made on, no private key; lock files carry hashes and no addresses."""
    words = [str(PROJECT) + "/", str(Path.home()) + "/", "PRIVATE KEY-----"]
    for path in tracked():
        if path == Path(__file__) or not path.is_file() or path.suffix in {".png", ".webp", ".ico", ".woff2", ".gz"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        wrong = (
            [*words, '"resolved"', "--index-url", ".whl", ".tgz"]
            if path.name in {"requirements.lock", "package-lock.json"}
            else words
        )
        found = [word for word in wrong if word in text]
        assert not found, f"{path.relative_to(PROJECT)}: {found}"


@pytest.mark.parametrize("theme", THEMES)
def test_styles_are_valid(theme, tmp_path):
    """Every style validates against the MapLibre style specification (its own validator, from the client's packages)."""
    style = document(theme=theme, lang="vi", provinces="p", communes="c", land="l", bounds=[102, 8, 118, 24])
    for layer in catalogue.values():
        style["sources"][layer.id] = {"type": "vector", "tiles": [f"{layer.id}/{{z}}/{{y}}/{{x}}"]}
        style["layers"] += style_layers(layer.id, layer.look, theme, cells_below=layer.points_from)
    file = tmp_path / "style.json"
    file.write_text(json.dumps(style), encoding="utf-8")
    told = subprocess.run(
        [PROJECT / "scripts" / "npm", "exec", "--no", "--", "gl-style-validate", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr


def test_archipelagos_are_in_the_style():
    style = document(theme="light", lang="vi", provinces="p", communes="c", land="l", bounds=[102, 8, 118, 24])
    named = {feature["properties"]["name"] for feature in style["sources"]["archipelagos"]["data"]["features"]}
    assert (
        named
        == {name for name, *_ in ARCHIPELAGOS}
        == {"Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"}
    )
    top = style["layers"][-1]
    assert top["source"] == "archipelagos"
    assert top["layout"]["text-allow-overlap"] is True


def test_catalogue_is_whole():
    modules, listed = load()
    assert sum(not one.code.startswith("NEN-") for one in listed) == 283
    assert len(modules) == 30


def test_lock_file_names_every_dependency():
    """What is imported is declared, and what is declared is locked with hashes."""
    lock = (PROJECT / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, re.MULTILINE))
    for requirement in metadata.requires("toancanh") or []:
        name = re.split(r"[\s\[<>=;]", requirement)[0].lower().replace("_", "-")
        assert name in locked, name
    assert lock.count("--hash=sha256:") > len(locked)
