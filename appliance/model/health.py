# SPDX-License-Identifier: Apache-2.0
"""What the appliance depends on, and the three lights that say how that is."""

from collections.abc import Mapping
from enum import StrEnum


class Light(StrEnum):
    """How something is. UNKNOWN is what no program can see: a person has to know it."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"


class About(StrEnum):
    """What a finding is about. Of a vault that does not answer, only the last three can be told."""

    RECORDS = "records"
    RECORDS_ROOM = "records_room"
    BLOBS = "blobs"
    BLOBS_ROOM = "blobs_room"
    DISK = "disk"
    CERTIFICATE = "certificate"
    MAIL = "mail"
    LETTERS = "letters"
    SCANNER = "scanner"
    KITS = "kits"
    CLOCK = "clock"
    JOURNAL = "journal"
    GATE = "gate"
    TUNNEL = "tunnel"
    PLUGIN = "plugin"
    HOLIDAYS = "holidays"
    KEY_COPIES = "key_copies"
    VAULT = "vault"
    CONFIG = "config"
    SITE = "site"


# What is said of a journal that nobody has verified yet: there are words of their own for it.
NEVER_VERIFIED = "never"

_G, _Y, _R, _U = Light.GREEN, Light.YELLOW, Light.RED, Light.UNKNOWN
# The lights that each can show; for each of them there are words.
LIGHTS: Mapping[About, tuple[Light, ...]] = {
    About.RECORDS: (_G, _R),
    About.RECORDS_ROOM: (_G, _Y, _R),
    About.BLOBS: (_G, _R),
    About.BLOBS_ROOM: (_G, _Y, _R),
    About.DISK: (_G, _Y, _R),
    About.CERTIFICATE: (_G, _Y, _R),
    About.MAIL: (_G, _Y, _R),
    About.LETTERS: (_G, _Y),
    About.SCANNER: (_G, _Y, _R, _U),
    About.KITS: (_G, _Y, _U),
    About.CLOCK: (_G, _R),
    About.JOURNAL: (_G, _Y, _R),
    About.GATE: (_G, _Y, _R),
    About.TUNNEL: (_G, _Y, _R),
    About.PLUGIN: (_G, _Y, _R),
    About.HOLIDAYS: (_G, _Y),
    About.KEY_COPIES: (_U,),
    About.VAULT: (_G, _R, _U),
    About.CONFIG: (_G, _R),
    About.SITE: (_G, _R),
}
