# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel-softether prepare-host`: lays out what the server starts with, before it ever does.

It may be called before each start of the server, and changes nothing then but a password that was changed. What was
there before it, of a server that ran without us, is moved aside, and never taken over: nobody knows who has its
password.
"""

import argparse
import datetime as dt
import os
import re
import sys
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.contracts.commands import Command
from renkei_tunnel_softether.host import admins_of, config_of, new_key
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.sha0 import sha0

PLUGIN = "tunnel_softether"
# Where it is unless `renkei --config` says otherwise, which every word of the command takes.
CONFIGURATION = "/etc/renkei/config.toml"
CONFIG, ADMINS = "vpn_server.config", "adminip.txt"
# The server's unit starts only where it is: a configuration alone may be one that the server made by itself.
MARK = "renkei-prepared"
_CERTIFICATE = re.compile(r"^\s*byte ServerCert (\S+)\s*$", re.MULTILINE)
_PASSWORD = re.compile(r"^(\s*byte HashedPassword )\S+(\s*)$", re.MULTILINE)
_LISTEN = re.compile(r"^(\s*string ListenIP )\S+(\s*)$", re.MULTILINE)


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
    if (folder / MARK).exists() and (folder / CONFIG).exists():
        said = _kept(folder / CONFIG, settings, password)
    else:
        said = _made(folder, settings, password)
    _write(folder / MARK, b"", 0o600)
    return said


def _made(folder: Path, settings: Settings, password: str) -> str:
    if (folder / CONFIG).exists():
        (folder / CONFIG).replace(folder / f"{CONFIG}.before-renkei")
    server = new_key(dt.datetime.now(dt.UTC))
    _write(Path(settings.certificate), server.certificate.public_bytes(Encoding.PEM), 0o644)
    _write(folder / CONFIG, config_of(settings, password, server).encode(), 0o600)
    return f"SoftEther may start: it listens at {settings.listen}:{settings.port}, and nowhere else"


def _kept(path: Path, settings: Settings, password: str) -> str:
    """What the server wrote itself, with our password and address; its certificate is told again."""
    text = path.read_text("utf-8-sig")
    found = _CERTIFICATE.search(text)
    if found is None or not (_PASSWORD.search(text) and _LISTEN.search(text)):
        raise NotPrepared(f"{path} is damaged; restore it from a backup: kits know the server by its certificate")
    certificate = x509.load_der_x509_certificate(b64decode(found[1]))
    _write(Path(settings.certificate), certificate.public_bytes(Encoding.PEM), 0o644)
    hashed = b64encode(sha0(password.encode())).decode()
    new = _LISTEN.sub(rf"\g<1>{settings.listen}\g<2>", _PASSWORD.sub(rf"\g<1>{hashed}\g<2>", text))
    if new == text:
        return "SoftEther was prepared before; nothing is changed"
    _write(path, b"\xef\xbb\xbf" + new.encode(), 0o600)
    return "SoftEther was prepared before; its password or address is changed with the next start"


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
