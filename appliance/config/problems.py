# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` finds: settings that are well formed and cannot work all the same."""

import grp
import ipaddress
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from appliance.config.credentials import Credentials
from appliance.config.decode import ConfigError
from appliance.config.opening import calendar_of
from appliance.config.own_credentials import credentials_of
from appliance.config.settings import Settings, SiteSettings
from appliance.model.words import WEB_SITES

# A Unix socket has a name of at most 107 bytes (unix(7)), and this is the longest one below `run`.
_MAX_RUN = 107 - len("/vault/console.sock")
ANY_HOST = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound


def problems(
    settings: Settings,
    credentials: Credentials | None = None,
    needed: Iterable[str] = (),
    *,
    is_of_vault: bool = True,
) -> list[str]:
    """Sentences, each with the key at fault and what to do; empty if all is well.

    credentials defaults to those of this process; needed names secrets beyond those that the settings call for.
    is_of_vault is False on a host without a vault: then nothing is said of what only a vault reads.
    """
    secrets = credentials or credentials_of(settings)
    checks = _CHECKS + (_OF_VAULT if is_of_vault else ())
    found = [text for check in checks for text in check(settings)]
    return found + [text for name in _wanted(settings, needed) for text in _secret(secrets, name)]


def split_address(text: str) -> tuple[str, int]:
    """The host and port of "host:port" or "[v6]:port". Raises ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is not host:port")
    return host.strip("[]"), int(port)


def listeners(settings: Settings) -> list[tuple[str, str]]:
    """Every listener as (key, "host:port"), those that are switched off left out."""
    sites = [(f"sites.{site}", settings.sites.of(site)) for site in settings.sites.here]
    found = [(f"{name}.port", _site_address(site)) for name, site in sites]
    found += [(f"{name}.metrics", site.metrics) for name, site in sites]
    found += [("vault.metrics", settings.vault.metrics), ("gate.metrics", settings.gate.metrics)]
    found += [
        ("link.vault_address", settings.link.vault_address),
        ("link.gate_address", settings.link.gate_address),
    ]
    return [(key, text) for key, text in found if text]


def _site_address(site: SiteSettings) -> str:
    host = f"[{site.address}]" if ":" in site.address else site.address
    return f"{host}:{site.port}"


def malformed(settings: Settings) -> Iterator[str]:
    """A sentence for each address that is none; what listens or dials takes it for granted."""
    for key, text in listeners(settings):
        try:
            split_address(text)
        except ValueError as error:
            yield f"{key}: {error}; write for example 127.0.0.1:9611"
    for name in settings.sites.here:
        yield from _no_ip(f"sites.{name}.address", settings.sites.of(name).address)


def _no_ip(key: str, text: str) -> Iterator[str]:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        yield f"{key}: {text!r} is no IP address; write for example 10.0.0.10 (names go into `hosts`)"


def _shared(settings: Settings) -> Iterator[str]:
    """Two services on one address and port; port 0 is never shared."""
    places = [(key, place) for key, text in listeners(settings) if (place := _place(text))]
    taken = Counter(port for _, (_, port) in places)
    for number, (key, (host, port)) in enumerate(places):
        for other, (other_host, other_port) in places[:number] if taken[port] > 1 else []:
            if port == other_port and is_same_host(host, other_host):
                yield f"{key} and {other} both want {host}:{port}; give one of them another address or port"


def is_same_host(host: str, other: str) -> bool:
    """Whether who listens at one is in the way of who listens at the other, at the same port."""
    return host == other or host in ANY_HOST or other in ANY_HOST


def _place(text: str) -> tuple[str, int] | None:
    try:
        host, port = split_address(text)
    except ValueError:
        return None
    return (host, port) if port else None


def _sites(settings: Settings) -> Iterator[str]:
    for name in settings.sites.here:
        site = settings.sites.of(name)
        if not site.port:
            yield f"sites.{name}.port: 0 is whichever port is free, and nobody finds the site there; write 443"
        if not site.hosts:
            yield f"sites.{name}.hosts is empty, so the site answers to no name; write the names that people type"
        for host in site.hosts:
            if "/" in host:
                yield f"sites.{name}.hosts: {host!r} is no name; leave https:// and what follows the name away"
        yield from _file(f"sites.{name}.certificate", site.certificate)


def _link(settings: Settings) -> Iterator[str]:
    if settings.link.vault_address or settings.link.gate_address:
        yield from _file("link.authority", settings.link.authority)
        if "{who}" not in settings.link.certificate:
            yield from _file("link.certificate", settings.link.certificate)
    for caller, group in asdict(settings.link.groups).items():
        if group and not _is_group(group):
            yield f"link.groups.{caller}: there is no group {group} on this machine; `groupadd --system {group}`"


def _is_group(group: str) -> bool:
    try:
        return group.isdecimal() or bool(grp.getgrnam(group))
    except KeyError:
        return False


def _plugins(settings: Settings) -> Iterator[str]:
    rights = settings.vault.rights
    if rights not in settings.plugins:
        yield f"vault.rights names `{rights}`, but there is no table [plugins.{rights}]; nobody could do anything"
    for name in settings.grants:
        if name not in settings.plugins:
            yield f"grants.{name}: there is no table [plugins.{name}]; nobody would use what is granted"


def _holidays(settings: Settings) -> Iterator[str]:
    try:
        calendar_of(settings.calendar)
    except ConfigError as error:
        yield str(error)


def _folders(settings: Settings) -> Iterator[str]:
    for key, text in (("run", settings.run), ("state", settings.state), ("credentials", settings.credentials)):
        if text and not Path(text).is_absolute():
            yield f"{key}: {text} depends on where the service is started; write an absolute path"
    if len(os.fsencode(settings.run)) > _MAX_RUN:
        yield f"run: it is too long for the names of sockets below it; write a path of at most {_MAX_RUN} bytes"


def _file(key: str, text: str) -> Iterator[str]:
    path = Path(text)
    if not text:
        yield f"{key} is empty; write the path of a PEM file"
    elif not path.is_file():
        yield f"{key}: there is no file {path}"
    elif not os.access(path, os.R_OK):
        yield f"{key}: {path} cannot be read by this user"


_CHECKS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    malformed,
    _shared,
    _folders,
    _sites,
    _link,
)
_OF_VAULT: tuple[Callable[[Settings], Iterator[str]], ...] = (_plugins, _holidays)


def _wanted(settings: Settings, needed: Iterable[str]) -> list[str]:
    """The names of all secrets that these settings call for."""
    keys = [f"tls-{site}.key" for site in WEB_SITES if settings.sites.of(site).certificate]
    is_over_tls = settings.link.vault_address or settings.link.gate_address
    if is_over_tls and "{who}" not in settings.link.certificate:
        keys.append("link.key")
    return list(dict.fromkeys([*keys, *needed]))


def _secret(credentials: Credentials, name: str) -> Iterator[str]:
    try:
        credentials.get(name)
    except ConfigError as error:
        yield str(error)
