# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` says about malware scanners: whether any is there, and whether one is needed (A48)."""

from importlib.util import find_spec

from appliance.config.catalogue import catalogue_of
from appliance.config.office_settings import ScannerNeed
from appliance.config.settings import Settings
from appliance.host.catalogue import Row
from appliance.model.documents import ScanPolicy

SCANNER = "scanner"
_CURE = "add [plugins.scan_clamav], or another plugin that scans"


def needed_scanner(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence where documents would be refused, because no plugin scans them."""
    if _is_seen_to(settings, rows):
        return []
    if settings.exchange.scanner is ScannerNeed.REQUIRED:
        return [f'exchange.scanner is "required", and there is no scanner: no document goes on; {_CURE}']
    kinds = [kind.id for kind in catalogue_of(settings) if kind.scan is ScanPolicy.REQUIRED]
    return [f'documents.{id}.scan is "required", and there is no scanner: none goes on; {_CURE}' for id in kinds]


def unscanned(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence where documents go on unscanned: fit for a demo, and for the host of the edge."""
    if settings.demo.enabled or _is_seen_to(settings, rows) or needed_scanner(settings, rows):
        return []
    return [f"plugins: there is no scanner: documents go on as 未検査; {_CURE}"]


def _is_seen_to(settings: Settings, rows: list[Row]) -> bool:
    """Whether a plugin scans, or this is the host of the edge."""
    there = any(row.name in settings.plugins and SCANNER in row.families for row in rows)
    return there or find_spec("appliance.vault") is None
