# SPDX-License-Identifier: Apache-2.0
"""The admin of an office gives up a PC: AskSeatCode and GiveUpSeat (A37, A38): replaced, lost, or returned.

It takes the admin's own password and a new code, as the ZIP password does (A41): it ends what a PC can do.
"""

from appliance.link.messages import Nothing
from appliance.link.messages.devices import AskSeatCode, GiveUpSeat
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Ended, Seat, SeatState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.ending import give_up
from appliance.vault.devices.stepping import seat_of
from appliance.vault.door.codes import send_own_code
from appliance.vault.door.verify import Code, Password, verify
from appliance.vault.outcomes import remember
from appliance.vault.people.accounts import need_admin
from appliance.vault.records.transaction import Snapshot, Transaction

PURPOSE = "seat"
AFFAIR = "端末の入れ替え・紛失・返却"
BY_OFFICE = frozenset({Ended.REPLACED, Ended.LOST, Ended.RETURNED})
# The admin's own PC: an office without it could not come in.
FIRST = 1
_NOTHING_TO_GIVE_UP = {
    Ended.REPLACED: (SeatState.READY, SeatState.CLOSED),
    Ended.LOST: (SeatState.READY, SeatState.CLOSED),
    Ended.RETURNED: (SeatState.CLOSED,),
}


async def ask_seat_code(core: Core, caller: Caller, message: AskSeatCode) -> Nothing:
    """Send the code that is needed, for a seat of which something can be given up. Raises AdminOnly, Refused."""
    need_admin(caller)
    office = caller.own_office
    await core.read(lambda snapshot: _need_something(seat_of(snapshot, office, message.number)))
    await send_own_code(core, caller, PURPOSE, AFFAIR)
    return Nothing()


async def give_up_seat(core: Core, caller: Caller, message: GiveUpSeat) -> Nothing:
    """End it, once password and code are right; each has a budget of its own. Raises AdminOnly, Refused."""
    need_admin(caller)
    office, person = caller.own_office, caller.person
    await core.read(lambda snapshot: _need_possible(snapshot, office, message))

    def end(txn: Transaction) -> None:
        txn.require(caller.seen)
        give_up(txn, caller, seat_of(txn, office, message.number), message.why)
        remember(txn, caller, Nothing())

    await verify(core, caller, person, Password(message.password))
    code = Code(core.settings.door.mailed_factor, message.code, PURPOSE)
    await verify(core, caller, person, code, end)
    return Nothing()


def _need_possible(snapshot: Snapshot, office: str, message: GiveUpSeat) -> None:
    """Before a code is spent on it. Raises Refused."""
    seat = seat_of(snapshot, office, message.number)
    if message.why not in BY_OFFICE:
        raise Refused(Why.INVALID, "seat.not_by_office")
    if message.why is Ended.RETURNED and seat.number == FIRST:
        raise Refused(Why.CONFLICT, "seat.first_stays")
    if seat.state in _NOTHING_TO_GIVE_UP[message.why]:
        raise _as_it_is(seat)


def _need_something(seat: Seat) -> None:
    """Before a code is sent for it. Raises Refused."""
    ways = BY_OFFICE - {Ended.RETURNED} if seat.number == FIRST else BY_OFFICE
    if all(seat.state in _NOTHING_TO_GIVE_UP[why] for why in ways):
        raise _as_it_is(seat)


def _as_it_is(seat: Seat) -> Refused:
    return Refused(Why.CONFLICT, f"seat.now_{seat.state}", {"seat": str(seat.number), "since_at": str(seat.since)})
