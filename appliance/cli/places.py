# SPDX-License-Identifier: Apache-2.0
"""Where an installation keeps its things: the system's folders, or all below one root."""

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_CONFIG = Path("/etc/renkei/config.toml")


@dataclass(frozen=True)
class Places:
    """The folders of one installation."""

    config: Path
    credentials: Path
    certificates: Path
    plugins: Path
    state: Path
    run: Path

    @classmethod
    def of_system(cls) -> "Places":
        """As the Debian package has them."""
        etc = DEFAULT_CONFIG.parent
        return cls(
            config=DEFAULT_CONFIG,
            credentials=etc / "credentials",
            certificates=etc / "certificates",
            plugins=etc / "plugins.d",
            state=Path("/var/lib/renkei"),
            run=Path("/run/renkei"),
        )

    @classmethod
    def below(cls, root: Path) -> "Places":
        """All below one folder, for demo and tests."""
        root = root.absolute()
        return cls(
            config=root / "config.toml",
            credentials=root / "credentials",
            certificates=root / "certificates",
            plugins=root / "plugins.d",
            state=root / "state",
            run=root / "run",
        )

    @property
    def unfinished(self) -> Path:
        """The configuration while `renkei init` is at work: what it has made so far, it may make again."""
        return self.config.with_name(f"{self.config.name}.unfinished")

    @property
    def vault(self) -> Path:
        """What the vault keeps."""
        return self.state / "vault"

    def make(self) -> None:
        """Make the folders that are missing, and close to others those that hold what nobody else must see."""
        for folder in (self.config.parent, self.certificates, self.plugins, self.state, self.run):
            if not folder.is_dir():
                folder.mkdir(parents=True)
                folder.chmod(0o755)
        for folder in (self.credentials, self.vault):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)


def config_path(given: str | None) -> Path:
    """The configuration to use: --config, else $RENKEI_CONFIG, else the system's."""
    return Path(given or os.environ.get("RENKEI_CONFIG") or DEFAULT_CONFIG)
