# SPDX-License-Identifier: Apache-2.0
"""What `renkei init` has to know: of its flags, of a file, of a person at a terminal, and else by default.

1. A flag goes before the file of answers, and that before a question; each is checked when it is given.
2. Questions are put where a person can answer them: never for a demo, for programs, or beside a file of answers.
"""

import argparse
import ipaddress
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.cli import engine_answers
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.people_texts import OF_PEOPLE
from appliance.config.decode import did_you_mean
from appliance.config.problems import split_address
from appliance.config.settings import Fund

Typed = str | int
Read = Callable[[str], str]
SITES = ("public", "portal", "console")
MAX_NAME = 253
NUMBER_DIGITS = (6, 7)
BROKEN_OFF = "the questions were broken off; nothing was made, begin again"


def address(text: str) -> str:
    """An IP address in its usual form. Raises ValueError."""
    return str(ipaddress.ip_address(text))


def _address(text: str) -> str:
    try:
        return address(text)
    except ValueError:
        raise ValueError(f"{text!r} is no IP address; write for example 10.0.0.10") from None


def _maybe_address(text: str) -> str:
    return _address(text) if text else ""


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("write something; people see it")
    return text.strip()


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) not in NUMBER_DIGITS:
        raise ValueError("the number of the fund has six or seven digits")
    return Fund(number=int(text)).number


def _host(text: str) -> str:
    """A name that people type, or nothing."""
    if any(sign in "/:@," or sign.isspace() for sign in text) or not text.isascii() or len(text) > MAX_NAME:
        raise ValueError(f"{text!r} is no name of a machine; write for example portal.example.jp, without https://")
    return text.lower()


def _server(text: str) -> str:
    """The mail server, or nothing."""
    if text and ":" in text:
        split_address(text)
    elif any(sign.isspace() or sign == "/" for sign in text) or not text.isascii():
        raise ValueError(f"{text!r} is no mail server; write for example mail.example.jp or mail.example.jp:587")
    return text


def _person(field: str) -> Callable[[str], str]:
    """What the vault itself would say of it."""

    def check(text: str) -> str:
        from appliance.vault.people import fields

        try:
            judge: Callable[[str], str] = getattr(fields, field)
            return judge(text)
        except fields.Unfit as unfit:
            raise ValueError(OF_PEOPLE.get(unfit.text, unfit.text)) from unfit

    return check


@dataclass(frozen=True)
class Question:
    """One. example: fit for a demo, else told at the end. after: asked only where that one has an answer."""

    key: str
    asks: str
    default: Typed = ""
    check: Callable[[str], Typed] = str
    example: bool = False
    after: str = ""

    @property
    def flag(self) -> str:
        """How it is given on the command line."""
        return f"--{self.key.replace('_', '-')}"


_mail = _person("mail_address")

QUESTIONS = (
    Question("fund_name", "name of the fund, as on every page", "れんけい企業年金基金", _text, example=True),
    Question("fund_number", "number of the fund, six or seven digits", 123456, _number, example=True),
    Question(
        "contact",
        "whom people call, as on every page",
        "業務課 電話 03-0000-0000 (平日 9:00〜17:00)",
        _text,
        example=True,
    ),
    Question("public", "address of the public site", "127.0.0.11", _address),
    Question("public_name", "name that people type for the public site, nothing for its address", "", _host),
    Question("portal", "address of the portal", "127.0.0.12", _address),
    Question("portal_name", "name that people type for the portal, nothing for its address", "", _host),
    Question("console", "address of the console", "127.0.0.13", _address),
    Question("console_name", "name that people type for the console, nothing for its address", "", _host),
    Question(
        "engine",
        "VPN engine by which PCs reach the portal: softether, wireguard, or nothing for none",
        "",
        engine_answers.engine,
    ),
    Question("engine_address", "address of this machine at which it listens", "", _maybe_address, after="engine"),
    Question("engine_name", "name that PCs connect to, nothing for its address", "", _host, after="engine"),
    Question("mail_server", "mail server as HOST or HOST:PORT, nothing for later", "", _server),
    Question(
        "mail_sender",
        "address that letters come from",
        "renkei@example.jp",
        _mail,
        example=True,
        after="mail_server",
    ),
    Question("mail_user", "user at the mail server, nothing where it wants none", "", str, after="mail_server"),
    Question("staff", "login of the first account, of systems (システム担当)", "admin", _person("staff_login")),
    Question("staff_name", "whose account that is", "基金 太郎", _person("person_name"), example=True),
    Question("staff_mail", "where letters to that person go", "staff@example.jp", _mail, example=True),
)
# Not asked, and fit for the file all the same.
MORE: Mapping[str, Typed] = {"port": 443, "metrics": "127.0.0.1:9611", "gate_metrics": "127.0.0.1:9612"}
PATHS = ("stores", "public_certificate", "public_key", "mail_password_file")


def arguments(parser: argparse.ArgumentParser) -> None:
    """A flag for each question, and the file that answers them."""
    parser.add_argument(
        "--answers", type=Path, help="TOML file of answers: the long names of these flags, with _ for -"
    )
    for one in QUESTIONS:
        kind: Callable[[str], Typed] = int if one.key == "fund_number" else address if one.key in SITES else str
        default = f"; {one.default}" if one.default != "" else ""
        parser.add_argument(one.flag, type=kind, help=f"{one.asks}{default}".replace("%", "%%"))
    parser.add_argument("--port", type=int, help="port of all three sites; 443")
    parser.add_argument("--metrics", help=f'listener of the metrics, "" for none; {MORE["metrics"]}')
    parser.add_argument("--gate-metrics", help="the same of a gate in a process of its own")
    parser.add_argument("--stores", type=Path, help="TOML file with the tables of record store and blob store")
    parser.add_argument(
        "--public-certificate", type=Path, help="PEM file of the public site's certificate and chain"
    )
    parser.add_argument("--public-key", type=Path, help="PEM file of its key")
    parser.add_argument("--mail-password-file", type=Path, help="file with the password of --mail-user")


def settle(given: argparse.Namespace, read: Read | None = None) -> None:
    """Give each of these arguments its value. Raises Failure with the flag or key that cannot be.

    read puts a question to a person; None asks where standard input is a terminal.
    """
    filed = _filed(given.answers) if given.answers else {}
    asks = read or (input if _may_ask(given) else None)
    for one in QUESTIONS:
        setattr(given, one.key, _settled(one, given, filed, asks))
    for key, default in MORE.items():
        if getattr(given, key) is None:
            setattr(given, key, filed.get(key, default))
    for key in PATHS:
        if getattr(given, key) is None and key in filed:
            setattr(given, key, given.answers.parent / str(filed[key]))
    engine_answers.refuse_settled(given)


def examples_in(given: argparse.Namespace) -> list[str]:
    """The flags whose examples people would see, where it is no demo."""
    left = [one for one in QUESTIONS if one.example and getattr(given, one.key) == one.default]
    return [] if given.demo else [one.flag for one in left if not one.after or getattr(given, one.after)]


def _may_ask(given: argparse.Namespace) -> bool:
    return not (given.answers or given.demo or given.json) and sys.stdin.isatty()


def _settled(one: Question, given: argparse.Namespace, filed: Mapping[str, Typed], read: Read | None) -> Typed:
    """The checked value of one question."""
    flag = getattr(given, one.key)
    if flag is not None or one.key in filed:
        value = filed[one.key] if flag is None else flag
        try:
            return one.check(str(value)) if value != "" or one.default != "" else value
        except ValueError as error:
            raise Failure(f"{one.key if flag is None else one.flag}: {error}") from error
    if one.after and not getattr(given, one.after):
        return one.default
    return one.default if read is None else _asked(one, given, read)


def _asked(one: Question, given: argparse.Namespace, read: Read) -> Typed:
    """What a person says, asked until it can be."""
    shown = f" [{one.default}]" if one.default != "" else ""
    while True:
        try:
            text = read(f"{one.asks}{shown}: ").strip()
            value = one.check(text) if text else one.default
            _refuse_beside(one.key, value, given)
        except ValueError as error:
            print(f"  {error}", file=sys.stderr)
        except EOFError:
            raise Failure(BROKEN_OFF) from None
        except KeyboardInterrupt:
            print(f"\nrenkei: {BROKEN_OFF}", file=sys.stderr)
            raise
        else:
            return value


def _refuse_beside(key: str, value: Typed, given: argparse.Namespace) -> None:
    """Raise ValueError for what cannot be beside the answers before it."""
    engine_answers.refuse(key, value, given)
    for other in SITES[: SITES.index(key)] if key in SITES else ():
        if getattr(given, other) == value:
            raise ValueError(f"the {other} site has this address already; each has its own")


def _filed(path: Path) -> dict[str, Typed]:
    """The answers of a file. Raises Failure for what is none."""
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{path}: not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    known = (*(one.key for one in QUESTIONS), *MORE, *PATHS)
    for key, value in table.items():
        if key not in known:
            raise NotUnderstood(f"{path}: `{key}` is no answer; {did_you_mean(key, known)}")
        if type(value) is not (int if key in ("fund_number", "port") else str):
            raise Failure(f"{path}: `{key}` cannot be {value!r}")
    return table
