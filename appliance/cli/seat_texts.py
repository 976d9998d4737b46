# SPDX-License-Identifier: Apache-2.0
"""What a refusal about seats says to an administrator."""

from collections.abc import Mapping

from appliance.model.devices import SeatState

OF_SEATS: Mapping[str, str] = {
    f"seat.now_{state}": f"nothing was revoked: one of these seats is {state}, and no PC holds it"
    for state in SeatState
} | {
    "seat.is_blocked": "this seat is blocked already",
    "seat.not_blocked": "this seat is not blocked",
    "tunnel.engine_says_otherwise": "the engine says something else by now; look at `renkei doctor` again",
}
