# SPDX-License-Identifier: Apache-2.0
"""`renkei seats`: the PCs of offices, and ending what they can do, many at once."""

import argparse
import json
from collections.abc import Iterator

import msgspec

from appliance.cli.ask import ask
from appliance.cli.places import config_path
from appliance.link.messages import AskSeats, RevokeSeats, SeatPage, SeatRow
from appliance.model.devices import Ended
from appliance.model.time import in_japan

_WHYS = (Ended.LOST, Ended.REPLACED, Ended.RETURNED, Ended.ADMIN_CHANGED, Ended.WITHDRAWN)
WHYS = tuple(why.value for why in _WHYS)


def arguments(parser: argparse.ArgumentParser) -> None:
    """`renkei seats list` and `revoke`."""
    words = parser.add_subparsers(dest="word", required=True)
    listing = words.add_parser("list", help="the seats of an office, or of all of them")
    listing.add_argument("--contract", default="", help="contract number of the office; without one, all offices")
    listing.add_argument("--json", action="store_true")
    revoke = words.add_parser("revoke", help="let the PCs of an office connect no more, at once")
    revoke.add_argument("--contract", required=True, help="contract number of the office")
    revoke.add_argument("--seat", type=int, action="append", help="which one; may come again; without, every PC")
    revoke.add_argument("--why", choices=WHYS, default=Ended.WITHDRAWN.value)
    revoke.add_argument("--reason", required=True, help="for the journal")
    revoke.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """One of both."""
    return listed(given) if given.word == "list" else revoked(given)


def listed(given: argparse.Namespace) -> int:
    """Print one line for each seat, page after page."""
    found = list(pages(given))
    if given.json:
        print(json.dumps(msgspec.to_builtins(found)))
    else:
        lines = [_line(office, row) for office in found for row in office.rows]
        print("\n".join(lines) or "there are no seats")
    return 0


def pages(given: argparse.Namespace) -> Iterator[SeatPage]:
    """The offices, each with its seats, in the order of their numbers."""
    after = 0
    while True:
        page = ask(config_path(given.config), AskSeats(given.contract, after))
        yield from page.offices
        after = page.next
        if not after:
            return


def revoked(given: argparse.Namespace) -> int:
    """Say which ones were."""
    message = RevokeSeats(given.contract, Ended(given.why), given.reason, tuple(given.seat or ()))
    numbers = ask(config_path(given.config), message).numbers
    if given.json:
        print(json.dumps({"revoked": list(numbers)}))
    else:
        print(f"revoked: {', '.join(map(str, numbers))}" if numbers else "no seat of this office has a PC")
    return 0


def _line(office: SeatPage, row: SeatRow) -> str:
    code = next((bond.short_code for bond in row.bonds if not bond.ended_at), "")
    since = f"{in_japan(row.since):%Y-%m-%d %H:%M} JST"
    return f"{office.contract_number:<20} {row.number:02d} {row.state:<11} {since} {code}".rstrip()
