"""What can be said of the page's files without using it: they parse, and each says what it says in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Visitor

HOME = Path(__file__).parents[2] / "api" / "page"
MODULES = sorted(HOME.rglob("*.js"))
AREAS = sorted((HOME / "js" / "i18n").glob("*.js"))
KEY = re.compile(r'^  "([\w.-]+)": \{', re.MULTILINE)
LONGEST = 250


def keys() -> list[str]:
    return [key for area in AREAS for key in KEY.findall(area.read_text())]


def test_every_module_parses(visitor: Callable[..., Visitor]) -> None:
    page = visitor().visit()
    names = [str(module.relative_to(HOME)) for module in MODULES if module.name != "main.js"]
    broken = page.evaluate(
        "names => Promise.all(names.map(name => import(`/page/${name}`).then(() => null, e => `${name}: ${e}`)))", names
    )
    assert [fault for fault in broken if fault] == []


def test_every_key_has_words_in_both_languages(visitor: Callable[..., Visitor]) -> None:
    page = visitor().visit()
    words = page.evaluate(
        "names => Promise.all(names.map(name => import(`/page/js/i18n/${name}`))).then(all => "
        "all.flatMap(one => Object.entries(one.default)))",
        [area.name for area in AREAS],
    )
    names = [name for name, _ in words]
    assert len(names) == len(set(names)) == len(keys())
    for name, entry in words:
        assert set(entry) == {"en", "ja"}, name
        texts = {language: list(said.values()) if isinstance(said, dict) else [said] for language, said in entry.items()}
        places = {language: set(re.findall(r"\{(\w+)\}", " ".join(said))) for language, said in texts.items()}
        assert all(text.strip() for said in texts.values() for text in said), name
        assert places["en"] == places["ja"] or places["en"] - places["ja"] <= {"n"}, name


@pytest.mark.parametrize("module", [one for one in MODULES if one.parent.name != "i18n"], ids=lambda one: one.stem)
def test_every_key_that_is_used_exists(module: Path) -> None:
    text, known = module.read_text(), keys()
    used = re.findall(r'\bt\("([\w.-]+)"', text) + re.findall(r'label: "([\w-]+\.[\w.-]+)"', text)
    assert [key for key in used if key not in known] == []
    stems = re.findall(r"\bt\(`([\w.-]+)\$\{", text)
    assert [stem for stem in stems if not any(key.startswith(stem) for key in known)] == []


def resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """What a field takes, as `lib/schema.js` reads it."""
    if "$ref" in schema:
        return resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    named = next((one for one in kinds if "enum" in one), kinds[0] if kinds else {})
    return {**resolved(named, schemas), **schema} if kinds else schema


def test_every_field_and_every_choice_of_a_form_has_words() -> None:
    schemas = json.loads((HOME.parent / "openapi.json").read_text())["components"]["schemas"]
    forms = re.findall(r'"([A-Z]\w+)"', (HOME / "js" / "rules" / "areas.js").read_text())
    known, nameless = keys(), []
    for form in (*forms, "Staff", "StaffGroup", "BackupAssignment", "HolidayRule"):
        for name, schema in schemas[form]["properties"].items():
            if name in ("id", "is_active"):  # not of a form
                continue
            nameless += [f"field.{name}"] if f"field.{name}" not in known else []
            choices = resolved(schema, schemas).get("enum", ())
            nameless += [f"{name}: {one}" for one in choices if not {f"enum.{name}.{one}", f"week.{one}"} & {*known}]
    assert nameless == []


def test_modules_are_short_and_every_area_of_words_is_known() -> None:
    assert {
        str(one.relative_to(HOME)): n
        for one in MODULES
        if (n := len(one.read_text().splitlines())) > LONGEST and one not in AREAS
    } == {}
    importing = (HOME / "js" / "lib" / "i18n.js").read_text()
    assert [area.name for area in AREAS if f"../i18n/{area.name}" not in importing] == []


def test_nothing_is_fetched_from_elsewhere_and_no_markup_is_parsed() -> None:
    for module in MODULES:
        text = module.read_text()
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", text), module.name
        assert not re.search(r"https?://(?!www\.w3\.org)", text), module.name


def test_what_the_first_view_needs_is_asked_for_at_once() -> None:
    needed: set[Path] = set()

    def follow(module: Path) -> None:
        if module not in needed:
            needed.add(module)
            for name in re.findall(r'(?:from|import) "(\.[^"]+)"', module.read_text()):
                follow((module.parent / name).resolve())

    follow(HOME / "js" / "main.js")
    follow(HOME / "js" / "roster" / "panel.js")
    named = re.findall(r'rel="modulepreload" href="/page/([^"]+)"', (HOME / "index.html").read_text())
    assert sorted(named) == sorted(str(module.relative_to(HOME)) for module in needed)
