# SPDX-License-Identifier: Apache-2.0
"""Where the database is: the setting `connection`, checked and completed, as parameters of the library."""

import ipaddress
from collections.abc import Callable, Mapping
from itertools import zip_longest
from os import environ

import psycopg
from psycopg.conninfo import conninfo_to_dict

from appliance.contracts.plugin import PluginError

Parameters = dict[str, str]
SECRETS = ("password", "sslpassword")
# A server that does not answer is noticed within about ten seconds, by us as by the library. An empty password and
# a file that cannot be are named, or else the library takes PGPASSWORD, PGPASSFILE or ~/.pgpass for what is
# missing.
DEFAULTS: Parameters = {
    "application_name": "renkei-vault",
    "client_encoding": "utf8",
    "connect_timeout": "3",
    "gssencmode": "disable",
    "keepalives_count": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "passfile": "/dev/null/none",
    "password": "",
    "target_session_attrs": "read-write",
    "tcp_user_timeout": "10000",
}


def parameters(connection: str, password: str, credential: Callable[[str], bytes], allow_plain: bool) -> Parameters:
    """The parameters of a connection; password names the credential, or is empty where none is needed.

    Raises PluginError if the string cannot be read, holds a secret, or would send one over a network in the clear.
    """
    given = _read(connection)
    for secret in SECRETS:
        if secret in given:
            raise PluginError(f"`connection` holds a {secret}: take it out, and name a credential in `password`")
    if "service" in given:
        raise PluginError("`connection` names a service, whose file may say anything: write its parameters here")
    if "PGSERVICE" in environ:
        raise PluginError("PGSERVICE is set, whose file may say anything: unset it, and name all in `connection`")
    if "passfile" in given:
        raise PluginError("`connection` names a file of passwords: name a credential in `password` instead")
    if not allow_plain and not _is_safe(given):
        raise PluginError(
            "`connection` leaves this host without sslmode=verify-full, so that anybody on the way could read and "
            "change records: add sslmode=verify-full and sslrootcert=FILE, or set allow_plain = true if the "
            "network itself is sealed"
        )
    return DEFAULTS | given | _secret(password, credential)


def _read(connection: str) -> Parameters:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(connection).items()}
    except psycopg.ProgrammingError:
        # What the library says repeats parts of the text, and somebody may have written a password into it.
        raise PluginError(
            "`connection` is not a connection string of PostgreSQL: write it as "
            "`host=db.example.jp dbname=renkei user=renkei sslmode=verify-full`"
        ) from None


def _secret(password: str, credential: Callable[[str], bytes]) -> Parameters:
    if not password:
        return {}
    try:
        secret = credential(password).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise PluginError(f"the credential `{password}` is not UTF-8: write the password alone into it") from None
    if not secret:
        raise PluginError(f"the credential `{password}` is empty: write the password into it")
    return {"password": secret}


def _is_safe(given: Mapping[str, str]) -> bool:
    return _setting(given, "sslmode") == "verify-full" or all(map(_is_local, _hosts(given)))


def _hosts(given: Mapping[str, str]) -> list[str]:
    """Every host that may be asked; hostaddr is where the packets go, so an entry of it counts before host's."""
    addresses, names = (_setting(given, name).split(",") for name in ("hostaddr", "host"))
    return [address or name for address, name in zip_longest(addresses, names, fillvalue="")]


def _setting(given: Mapping[str, str], name: str) -> str:
    """What the library would use: the string, else the environment, else its own default."""
    if name in given:
        return given[name]
    defaults = {option.keyword: option.val for option in psycopg.pq.Conninfo.get_defaults()}
    return (defaults.get(name.encode()) or b"").decode()


def _is_local(host: str) -> bool:
    """Whether host is a socket of this machine, or its loopback."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
