# SPDX-License-Identifier: Apache-2.0
"""An example as pip installs it: the package beside its metadata, in a folder that is put on the path."""

import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def installed(example: str, site: Path) -> Path:
    """Install examples/<example> into the folder site, and return it."""
    project = tomllib.loads((EXAMPLES / example / "pyproject.toml").read_text("utf-8"))["project"]
    package = project["name"].replace("-", "_")
    shutil.copytree(EXAMPLES / example / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))
    facts = site / f"{package}-{project['version']}.dist-info"
    facts.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (facts / "METADATA").write_text(head, "utf-8")
    lines = [f"[{group}]\n" + _points(points) for group, points in project["entry-points"].items()]
    (facts / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    return site


def _points(points: dict[str, str]) -> str:
    return "".join(f"{name} = {value}\n" for name, value in points.items())


@contextmanager
def on_path(site: Path) -> Iterator[None]:
    """Every process that is started within the block finds what is installed in site."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(site), before)))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
