# SPDX-License-Identifier: Apache-2.0
"""Where this process finds its secrets: as a unit, as root beside the units, or in a folder of its own."""

import os
from collections.abc import Mapping
from pathlib import Path

from appliance.config.credentials import FOLDER, Credentials
from appliance.config.sealed import SealedCredentials
from appliance.config.settings import Settings


def credentials_of(settings: Settings, environ: Mapping[str, str] = os.environ) -> Credentials:
    """The credentials of this process: systemd's directory, else that of the configuration, else sealed ones."""
    folder = Path(settings.credentials) if settings.credentials else None
    if directory := environ.get("CREDENTIALS_DIRECTORY"):
        return Credentials(Path(directory), folder or FOLDER)
    if folder is None and os.geteuid() == 0:
        return SealedCredentials(FOLDER)
    return Credentials(folder)
