# SPDX-License-Identifier: Apache-2.0
"""What fund IT does with plugins of its own: root at the fund's host, with an editor and the command."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.installed.container import Container
from tests.installed.fund import Fund
from tests.story.stage import StoryFailed

CONFIG, LIST, SITE = "etc/renkei/config.toml", "var/lib/renkei/plugins/approved.json", "var/lib/renkei/plugins/site"
DROP_INS = "etc/renkei/plugins.d"
WORK = "srv/plugins"
VAULT, FIGURES = "renkei-vault.service", "http://127.0.0.1:9611/metrics"


@dataclass
class FundIt:
    """At the host of a fund. has_restarted: the vault may run with what is gone by now."""

    fund: Fund
    has_restarted: bool = False

    @property
    def host(self) -> Container:
        """The host."""
        return self.fund.host

    @property
    def work(self) -> Path:
        """The folder in which plugins are written, as seen from outside."""
        return self.host.root / WORK

    def does(self, script: str) -> str:
        """What the commands of a shell say in that folder. Raises ContainerFailed."""
        return self.host.shell(f"cd /{WORK}\n{script}")

    def plugin(self, *words: str) -> str:
        """What `renkei plugin` says. Raises ContainerFailed."""
        return self.does(f"renkei plugin {' '.join(words)}")

    def refused(self, *words: str) -> str:
        """The one sentence with which `renkei plugin` refuses."""
        said = self.host.shell(f"cd /{WORK}; ! renkei plugin {' '.join(words)}").strip()
        assert said.startswith("renkei: ") and "\n" not in said, said
        return said.removeprefix("renkei: ")

    def rows(self) -> dict[str, dict[str, Any]]:
        """What `renkei plugin list` says of each plugin."""
        return {row["name"]: row for row in json.loads(self.host.run("renkei", "plugin", "list", "--json"))}

    def approved(self) -> str:
        """The list of what may run, as it is."""
        return (self.host.root / LIST).read_text("utf-8")

    @contextmanager
    def configured(self, table: str) -> Iterator[None]:
        """With a table at the end of the configuration; afterwards it is as before. Nothing is restarted."""
        config = self.host.root / CONFIG
        before = config.read_text("utf-8")
        config.write_text(f"{before}\n{table}\n", "utf-8")
        try:
            yield
        finally:
            config.write_text(before, "utf-8")

    def restart(self) -> None:
        """Start the vault anew. Raises ContainerFailed if it does not start."""
        self.has_restarted = True
        self.host.run("systemctl", "restart", VAULT)

    def cannot_start(self) -> str:
        """What the vault says when it is started anew, and refuses."""
        self.has_restarted = True
        since = self.cursor()
        assert self.host.shell(f"! systemctl restart {VAULT}")
        return self.said(since)

    def running(self, name: str) -> str:
        """The figure by which the vault tells that a plugin runs; "" if it tells none."""
        figures = self.host.run("curl", "--silent", "--max-time", "20", FIGURES).splitlines()
        told = [line for line in figures if line.startswith(f'renkei_plugin_running{{plugin="{name}"}}')]
        return told[0].split()[-1] if told else ""

    def said(self, since: str) -> str:
        """What the vault has said since a cursor of the journal."""
        return self.host.run("journalctl", "-q", "-o", "cat", "-u", VAULT, f"--after-cursor={since}")

    def cursor(self) -> str:
        """Where the journal of systemd ends now."""
        shown = self.host.run("journalctl", "-q", "-n", "1", "--show-cursor", "-o", "cat")
        return shown.rpartition("-- cursor: ")[2].strip()

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a kind in the fund's journal."""
        self.does("rm -f bundle; renkei journal export bundle")
        lines = (self.work / "bundle").read_text("utf-8").splitlines()
        leaves = [json.loads(leaf) for _, mark, leaf in (line.partition(" ") for line in lines) if leaf[:1] == "{"]
        return [leaf for leaf in leaves if leaf["kind"] == kind]

    def can_deliver(self) -> bool:
        """Whether a clerk can deliver a notice now."""
        try:
            self.fund.deliver()
        except StoryFailed:
            return False
        return True


@contextmanager
def at_work(fund: Fund) -> Iterator[FundIt]:
    """Fund IT; at the end nothing of its own is left, and all services run."""
    it = FundIt(fund)
    it.work.mkdir()
    try:
        yield it
    finally:
        it.host.shell(f"rm -rf /{WORK} /{DROP_INS}/* /var/lib/renkei/plugins/* /var/lib/renkei/blocked; : >/{LIST}")
        if it.has_restarted:
            it.host.run("systemctl", "restart", VAULT)
        assert fund.is_up()
