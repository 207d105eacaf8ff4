import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import datasets
from datasets import Example, UnknownDataset, examples, load
from solver import ProblemError

SMALL = {"period": {"start": "2026-12-01", "end": "2026-12-01"}, "staff": [{"id": "sato"}]}


def test_examples_are_listed_by_name_with_title_and_why():
    listed = examples()
    assert all(isinstance(example, Example) and all(example) for example in listed)
    assert [example.name for example in listed] == sorted(
        ["clinic", "hotel", "impossible", "kitchen", "large", "legacy", "promise", "shop"]
    )


def test_an_example_is_loaded_by_its_name_as_the_bare_problem():
    assert load("promise")["staff"][0] == {"id": "sato", "name": "佐藤", "status": "社員"}


def test_each_load_is_a_fresh_document():
    load("promise")["staff"].clear()
    assert len(load("promise")["staff"]) == 4


@pytest.mark.parametrize("document", [SMALL, {"name": "x", "why": "y", "problem": SMALL}], ids=["bare", "wrapped"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_loaded_by_its_path(tmp_path, document, kind):
    path = tmp_path / "team.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert load(kind(path)) == SMALL


def test_a_name_wins_over_a_file_and_a_dot_means_the_file(tmp_path, monkeypatch):
    (tmp_path / "kitchen").write_text(json.dumps(SMALL), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(load("kitchen")["staff"]) == 11
    assert load(os.path.join(".", "kitchen")) == SMALL


@pytest.mark.parametrize("asked", ["kitchens", "", "..", "no/such/file.json", "examples/kitchen.json"])
def test_an_unknown_name_is_answered_with_the_names_there_are(asked):
    with pytest.raises(UnknownDataset, match="clinic, hotel, impossible, kitchen, large, legacy, promise, shop") as caught:
        load(asked)
    assert isinstance(caught.value, FileNotFoundError)
    assert "kitchen" in caught.value.available


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "not_json"),
        ("[1]", "wrong_type"),
        ('{"problem": 3}', "wrong_type"),
        ('{"staff": [], "staff": []}', "duplicate_key"),
        ('{"problem": {"options": {"time_limit": NaN}}}', "not_finite"),
    ],
)
def test_a_file_that_would_lose_something_is_refused(tmp_path, text, code):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        load(path)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_examples_are_found_where_the_package_is_not_a_directory(tmp_path):
    package = Path(datasets.__file__).parent
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as packed:
        for file in [*package.glob("*.py"), *package.glob("examples/*.json")]:
            packed.write(file, Path("datasets") / file.relative_to(package))
    program = "import datasets; print(datasets.__file__, len(datasets.examples()), len(datasets.load('promise')['staff']))"
    paths = os.pathsep.join([str(tmp_path / "packed.zip"), str(package.parent)])
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    where, listed, staff = run.stdout.split()
    assert "packed.zip" in where
    assert (int(listed), int(staff)) == (len(examples()), 4)
