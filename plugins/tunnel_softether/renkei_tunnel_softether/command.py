# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel-softether prepare-host`: lays out what the server starts with, before it ever does.

It is called before each start of the server, and changes nothing where nothing has changed. A configuration that is
none of ours, is damaged, or has another password or address, is moved aside, and laid out anew with the same key:
users and hub come from the gate.
"""

import argparse
import datetime as dt
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from appliance.contracts.commands import Command
from renkei_tunnel_softether.host import ServerKey, admins_of, config_of, key_of, new_key, pem_of
from renkei_tunnel_softether.settings import Settings

PLUGIN = "tunnel_softether"
# Where it is unless `renkei --config` says otherwise, which every word of the command takes.
CONFIGURATION = "/etc/renkei/config.toml"
CONFIG, ADMINS = "vpn_server.config", "adminip.txt"
# The server's unit starts only where it is, for a configuration alone may be one that the server made by itself. It
# holds the server's key: all else in its configuration can be made again, by us and by the gate.
MARK = "renkei-prepared"
REPLACED = f"{CONFIG}.replaced"
OWN = ("byte ServerCert", "byte ServerKey", "byte HashedPassword", "string ListenIP", "uint Port")


class NotPrepared(Exception):
    """The host cannot be prepared; the text says what is so and what to do."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be said after the word."""
    parser.add_argument("what", choices=["prepare-host"], help="lay out the configuration of the server")
    parser.add_argument(
        "--password-file", type=Path, help="the server's password; without it the credential is read as services do"
    )


def run(given: argparse.Namespace) -> int:
    """The exit code."""
    try:
        config = _config(Path(given.config or os.environ.get("RENKEI_CONFIG") or CONFIGURATION))
        settings = settings_of(config)
        said = prepare(settings, _password(settings, config, given.password_file))
    except (NotPrepared, OSError) as error:
        print(f"renkei tunnel-softether: {error}", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    print(said)  # noqa: T201 - a command speaks
    return 0


def prepare(settings: Settings, password: str) -> str:
    """Lay it out; the one line to say. Raises NotPrepared, OSError."""
    folder = Path(settings.folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / ADMINS, admins_of(settings).encode(), 0o600)
    known = _known(folder / MARK)
    server = known or new_key(dt.datetime.now(dt.UTC))
    _write(Path(settings.certificate), server.certificate.public_bytes(Encoding.PEM), 0o644)
    wanted = config_of(settings, password, server)
    if known and _is_sound(folder / CONFIG, wanted):
        return "SoftEther was prepared before; nothing is changed"
    if (folder / CONFIG).exists():
        (folder / CONFIG).replace(folder / REPLACED)
    _write(folder / CONFIG, wanted.encode(), 0o600)
    _write(folder / MARK, pem_of(server), 0o600)
    return f"SoftEther may start: it listens at {settings.listen}:{settings.port}, and nowhere else"


def _known(path: Path) -> ServerKey | None:
    """The key that was made here before. Raises NotPrepared."""
    try:
        return key_of(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise NotPrepared(
            f"{path} is damaged ({error}); restore it: all kits know the server by what is in it. "
            "Without it remove that file, and every kit has to be made again"
        ) from error


def _is_sound(path: Path, wanted: str) -> bool:
    """Whether what the server wrote since is whole, and has our key, password, address and port."""
    if not path.exists():
        return False
    text = path.read_text("utf-8-sig", "replace")
    lines = {line.strip() for line in text.splitlines()}
    own = {line.strip() for line in wanted.splitlines() if line.strip().startswith(OWN)}
    return own <= lines and 0 < text.count("{") == text.count("}")


def settings_of(config: Mapping[str, Any]) -> Settings:
    """Our table of the configuration. Raises NotPrepared."""
    table = config.get("plugins", {}).get(PLUGIN)
    if not isinstance(table, dict):
        raise NotPrepared(f"the configuration has no table [plugins.{PLUGIN}]")
    known = {field.name for field in fields(Settings)}
    try:
        ports = {"ports": tuple(table["ports"])} if "ports" in table else {}
        return Settings(**{key: value for key, value in table.items() if key in known} | ports)
    except (TypeError, ValueError) as error:
        raise NotPrepared(f"[plugins.{PLUGIN}]: {error}") from error


def _config(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise NotPrepared(f"{path}: {error}") from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotPrepared(f"{path}: cannot be read ({why}); name another one with --config") from error


def _password(settings: Settings, config: Mapping[str, Any], given: Path | None) -> str:
    """The credential, where systemd has laid it out, or in the folder that the configuration names."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY") or config.get("credentials") or ""
    path = given or (Path(folder) / settings.password if folder else None)
    if path is None:
        raise NotPrepared("where is the password? Start softether-renkei.service, or give --password-file")
    # systemd lays out a folder of credentials with its name before each.
    found = [one for one in (path, path.with_name(f"renkei_{path.name}")) if one.exists()]
    password = found[0].read_text("utf-8").strip() if found else ""
    if not password:
        raise NotPrepared(f"{path} holds no password; `renkei credential set {settings.password}` keeps one")
    return password


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes() == content:
        return
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    new.replace(path)


COMMAND = Command("tunnel-softether", "the SoftEther VPN server of this host", arguments, run)
