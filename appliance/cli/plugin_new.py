# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin new`: a folder with a plugin that works at once, its test, and what to do next."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.plugin_next import UNITS
from appliance.contracts.families import BY_ID
from appliance.model.words import Tier

FAMILIES = ("policy", "pages", "action", "jobs", "metrics")
_NAME = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", re.ASCII)


def new(name: str, family: str, where: Path) -> str:
    """Write the folder name into where; what to do next. Raises Failure, NotUnderstood, OSError."""
    if _NAME.fullmatch(name) is None or len(name) > 40:
        raise NotUnderstood(
            f"{name!r} is no name of a plugin: write small letters, digits and _, such as policy_lunch"
        )
    folder = where / name
    if folder.exists():
        raise Failure(f"{folder} is there already; choose another name")
    package = f"renkei_{name}"
    tier = Tier.VAULT if Tier.VAULT in BY_ID[family].tiers else Tier.WEB
    words = {
        "name": name,
        "dist": f"renkei-{name.replace('_', '-')}",
        "package": package,
        "kind": "".join(part.capitalize() for part in name.split("_")),
        "family": family,
        "tier": tier.value,
        "unit": UNITS[tier],
    }
    for path, template in {
        "pyproject.toml": "pyproject.toml.txt",
        "README.md": "README.md.txt",
        f"{package}/__init__.py": f"{family}.py.txt",
        f"{package}/py.typed": "",
        f"tests/test_{name}.py": f"test_{family}.py.txt",
    }.items():
        _write(folder / path, template, words)
    return f"{folder} is written; next: renkei plugin check {folder}"


def _write(path: Path, template: str, words: dict[str, str]) -> None:
    text = files("appliance.cli").joinpath("data", "new", template).read_text("utf-8") if template else ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(text).substitute(words), "utf-8")
