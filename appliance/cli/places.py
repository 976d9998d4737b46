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

    def make(self) -> None:
        """Make the folders, closed to others where they hold what others must not see."""
        for folder, mode in (
            (self.config.parent, 0o755),
            (self.credentials, 0o700),
            (self.certificates, 0o755),
            (self.plugins, 0o755),
            (self.state, 0o755),
            (self.state / "vault", 0o700),
            (self.run, 0o755),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)


def write_whole(path: Path, content: bytes, mode: int) -> None:
    """Write a file so that it is there whole or not at all, with its mode from the first moment."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def config_path(given: str | None) -> Path:
    """The configuration to use: --config, else $RENKEI_CONFIG, else the system's."""
    return Path(given or os.environ.get("RENKEI_CONFIG") or DEFAULT_CONFIG)
