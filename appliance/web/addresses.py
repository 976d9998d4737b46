# SPDX-License-Identifier: Apache-2.0
"""Where people find the sites, for pages of one that tell of another; each opens only in its own net."""

from collections.abc import Mapping

from appliance.config.settings import Settings
from appliance.model.words import Site

ONETIME = "/onetime/"
DOWNLOAD = "/download/"
ACTIVATE = "/activate/"
SIGN_IN = "/sign-in"
_ENTRANCES = {Site.PUBLIC: ONETIME, Site.PORTAL: SIGN_IN, Site.CONSOLE: SIGN_IN}


def entrances(settings: Settings) -> Mapping[str, str]:
    """The address of the page with which people begin, by site; by the first name, else as it listens."""
    return {site.value: _host(settings, site) + path for site, path in _ENTRANCES.items()}


def _host(settings: Settings, site: Site) -> str:
    own = settings.sites.of(site)
    bare = f"[{own.address}]" if ":" in own.address else own.address
    return "https://" + (own.hosts[0] if own.hosts else bare if own.port == 443 else f"{bare}:{own.port}")
