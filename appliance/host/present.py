# SPDX-License-Identifier: Apache-2.0
"""Every plugin that is present: the appliance's own, the fund's distributions, and the fund's single files."""

import os
from pathlib import Path

from appliance.config.settings import Settings
from appliance.host.approvals import Approvals, read_approvals
from appliance.host.found import Found, installed, single_files
from appliance.host.site import Site


def present(settings: Settings, owners: frozenset[int]) -> list[Found]:
    """All of them, in all tiers. Raises StartRefused where nobody can tell which are the fund's own."""
    approvals = read_approvals(Path(settings.state), owners)
    site = Site(Path(settings.state), approvals or Approvals(), owners)
    files = single_files(Path(settings.plugins_dir), owners, approvals.files if approvals else None)
    return [*installed(), *site.found(), *files]


def trusted_owners(config_file: Path | None) -> frozenset[int]:
    """The users whose own plugins may run: root, and the owner of the configuration."""
    if config_file is None or not config_file.exists():
        return frozenset({0, os.geteuid()})
    return frozenset({0, config_file.stat().st_uid})
