# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` says of that which systemd was told of the configuration (systemd/renkei-generator)."""

from itertools import pairwise
from pathlib import Path

TOLD = Path("/run/systemd/generator/renkei-vault.service.d/50-reaches.conf")
EVERY_MACHINE = "IPAddressAllow=any"


def told_otherwise(config: Path, told: Path = TOLD) -> list[str]:
    """A sentence where systemd knows an older configuration; none where it was never told of this one."""
    if not _is_of(config, told) or config.stat().st_mtime_ns <= told.stat().st_mtime_ns:
        return []
    return [
        "systemd was told of an older configuration; where addresses, sites or servers have changed: "
        "`systemctl daemon-reload && systemctl restart renkei.target`"
    ]


def open_ways(config: Path, told: Path = TOLD) -> list[str]:
    """A sentence for each key because of which the vault may speak with every machine."""
    lines = told.read_text("utf-8").splitlines() if _is_of(config, told) else []
    return [
        f"{reason.removeprefix('# ')}: so the vault may speak with every machine (docs/operations.md)"
        for reason, line in pairwise(lines)
        if line == EVERY_MACHINE
    ]


def _is_of(config: Path, told: Path) -> bool:
    return told.exists() and f"SourcePath={config}" in told.read_text("utf-8").splitlines()
