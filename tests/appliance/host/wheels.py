# SPDX-License-Identifier: Apache-2.0
"""Wheels for tests: good ones, and ones that somebody has tampered with."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from appliance.cli.plugin_pack import Project, record_of, wheel_of, zipped
from appliance.host.approvals import Approvals, read_approvals, write_approvals
from appliance.host.fitting import approved_of
from appliance.host.laying_out import lay_out
from appliance.host.present import trusted_owners
from appliance.host.wheel import Wheel

OWNERS = trusted_owners(None)
JOB = '''\
"""A plugin that may be missing."""
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, hookimpl

VERSION = "{version}"


async def nothing():
    pass


class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return [Job("mine", 60.0, nothing)]
'''
POLICY = '''\
"""A policy without opinions."""
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.contracts.policy import ABSTAIN


class Mine(Plugin):
    @hookimpl
    def register_policy(self):
        return [self]

    async def judge(self, request):
        return ABSTAIN
'''
Tamper = Callable[[dict[str, bytes]], object]


def project(
    name: str, version: str = "1.0", group: str = "renkei.vault", requires: tuple[str, ...] = ()
) -> Project:
    """A plugin `name` in the distribution renkei-name."""
    points = {group: {name: f"renkei_{name}:Mine"}}
    return Project(f"renkei-{name.replace('_', '-')}", version, requires=requires, points=points)


def write_wheel(
    folder: Path,
    name: str,
    *,
    version: str = "1.0",
    group: str = "renkei.vault",
    requires: tuple[str, ...] = (),
    text: str = JOB,
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """A good wheel. files are there beside the module."""
    said = project(name, version, group, requires)
    module = text.replace("{version}", version).encode()
    path = folder / said.file
    path.write_bytes(wheel_of(said, {f"renkei_{name}/__init__.py": module, **(files or {})}))
    return path


def tampered(path: Path, tamper: Tamper, *, recorded: bool = False) -> Path:
    """The wheel with its files changed; with recorded its RECORD knows of it."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    tamper(files)
    if recorded:
        own = next(name for name in files if name.endswith("/RECORD"))
        files[own] = record_of(files, own)
    path.write_bytes(zipped(files))
    return path


def approve(state: Path, *paths: Path) -> Approvals:
    """Let wheels in, without asking whether they fit."""
    here = read_approvals(state, OWNERS) or Approvals()
    for path in paths:
        wheel = Wheel.read(path)
        one = approved_of(wheel, {wheel.name, *(each.name for each in here.distributions)})
        lay_out(state, wheel, path.read_bytes(), one)
        here = here.having(one)
    write_approvals(state, here)
    return replace(here)
