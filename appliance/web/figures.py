# SPDX-License-Identifier: Apache-2.0
"""The figures of the sites of one process for Prometheus; read at each scrape from what is at hand."""

from functools import cache
from pathlib import Path

from prometheus_client import Histogram

from appliance.metrics.registry import Metrics
from appliance.model.words import Site
from appliance.web.site import Observe, WebSite
from appliance.web.tls import ends_at


class SiteFigures:
    """One for each process; show() each site once it is open."""

    def __init__(self, metrics: Metrics) -> None:
        """The figures are there, without any site yet."""
        label = ("site",)
        self._seconds = metrics.histogram("page_seconds", "Answers of the sites", ("site", "route", "status"))
        self._connections = metrics.gauge("site_connections", "Connections of visitors", label)
        self._requests = metrics.gauge("site_requests", "Requests that are being answered", label)
        self._pages = metrics.gauge("live_pages", "Open pages that are told of changes", label)
        self._connected = metrics.gauge(
            "live_connected", "1 while the vault tells this site of changes, else 0", label
        )
        self._ends = metrics.gauge(
            "certificate_ends_timestamp_seconds", "When the certificate that is served ends", label
        )

    def observer(self, site: Site) -> Observe:
        """What the site tells of every answer; route is a pattern of ours."""

        @cache
        def of(route: str, status: int) -> Histogram:
            return self._seconds.labels(site.value, route, str(status))

        def observe(route: str, status: int, seconds: float) -> None:
            of(route, status).observe(seconds)

        return observe

    def show(self, site: Site, opened: WebSite, certificate: Path, *, is_live: bool) -> None:
        """Show an open site. Raises OSError or ValueError for a certificate that cannot be read."""
        name, live = site.value, opened.house.live
        self._connections.labels(name).set_function(lambda: opened.connections)
        self._requests.labels(name).set_function(lambda: opened.at_once)
        self._ends.labels(name).set(ends_at(certificate))
        if is_live:
            self._pages.labels(name).set_function(lambda: live.count)
            self._connected.labels(name).set_function(lambda: live.connected)
