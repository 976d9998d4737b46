# SPDX-License-Identifier: Apache-2.0
"""What each finding of `renkei doctor` says: the cause, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.link.messages import Finding
from appliance.model.health import NEVER_VERIFIED, About, Light

G, Y, R, U = Light.GREEN, Light.YELLOW, Light.RED, Light.UNKNOWN


@dataclass(frozen=True, slots=True)
class Words:
    """Both with {which}, {number} and {said} of a finding; fix is "" where there is nothing to do."""

    cause: str
    fix: str = ""


ROOM = "make the disk or the store larger, or take old documents out: docs/operations.md, row `full`"
WORDS: Mapping[tuple[About, Light], Words] = {
    (About.RECORDS, G): Words("the record store answers"),
    (About.RECORDS, R): Words("the record store fails: {said}", "look after disk or database; it heals by itself"),
    (About.RECORDS_ROOM, G): Words("the record store is {number} % full"),
    (About.RECORDS_ROOM, Y): Words("the record store is {number} % full; soon nothing can be sent", ROOM),
    (About.RECORDS_ROOM, R): Words("the record store is {number} % full, and nothing can be sent", ROOM),
    (About.BLOBS, G): Words("the blob store answers"),
    (About.BLOBS, R): Words("the blob store fails: {said}", "look after disk or server; it heals by itself"),
    (About.BLOBS_ROOM, G): Words("the blob store is {number} % full"),
    (About.BLOBS_ROOM, Y): Words("the blob store is {number} % full; soon nothing can be sent", ROOM),
    (About.BLOBS_ROOM, R): Words("the blob store is {number} % full, and nothing can be sent", ROOM),
    (About.DISK, G): Words("the disk of {which} is {number} % full"),
    (About.DISK, Y): Words("the disk of {which} is {number} % full", "see what grows there: `du -x {which}`"),
    (About.DISK, R): Words("the disk of {which} is {number} % full, or cannot be seen {said}", "make room at once"),
    (About.CERTIFICATE, G): Words("the certificate of the {which} site holds for {number} days"),
    (About.CERTIFICATE, Y): Words(
        "the certificate of the {which} site ends in {number} days",
        "`renkei certificate renew`, or bring a new one",
    ),
    (About.CERTIFICATE, R): Words(
        "the certificate of the {which} site holds for {number} days {said}",
        "`renkei certificate renew {which}`, or bring a new one with `renkei certificate put {which}`",
    ),
    (About.MAIL, G): Words("the mail server answers and lets us in ({which})"),
    (About.MAIL, Y): Words(
        "no mail server is named, or its plugin does not run: {which} {said}",
        "add [plugins.mail_smtp]: without mail no office gets a one-time password",
    ),
    (About.MAIL, R): Words(
        "no letter leaves: {said}",
        "look after server, user, password (`renkei credential set`); a new server needs `systemctl daemon-reload`",
    ),
    (About.LETTERS, G): Words("no letter waits for long"),
    (About.LETTERS, Y): Words(
        "the oldest letter has waited for {number} minutes",
        "`journalctl -u renkei-vault` says why it does not leave",
    ),
    (About.SCANNER, G): Words("the scanner {which} answers: {said}, signatures {number} days old"),
    (About.SCANNER, Y): Words(
        "the signatures of the scanner {which} are {number} days old", "`systemctl status clamav-freshclam`"
    ),
    (About.SCANNER, R): Words(
        "no scanner answers: {which}", "`systemctl status clamav-daemon`; documents wait meanwhile"
    ),
    (About.SCANNER, U): Words("no scanner is configured", "add [plugins.scan_clamav] to have documents scanned"),
    (About.KITS, G): Words("kits for PCs can be made: {which}"),
    (About.KITS, Y): Words("no kits for {which} are offered: {said}", "`renkei kit list` shows all of them"),
    (About.KITS, U): Words("no plugin makes kits for PCs", "add [plugins.kit_windows] or [plugins.kit_linux]"),
    (About.CLOCK, G): Words("the clock has not gone back"),
    (About.CLOCK, R): Words(
        "the clock is behind what it once said, and nobody can sign in", "`timedatectl`: put the clock right"
    ),
    (About.JOURNAL, G): Words("the journal was verified {number} days ago"),
    (About.JOURNAL, Y): Words(
        "the journal was last verified {number} days ago", "`renkei journal verify`, once a month"
    ),
    (About.JOURNAL, R): Words(
        "the journal did not verify {number} days ago",
        "keep the store as it is, `renkei journal export`, and compare with a checkpoint from elsewhere",
    ),
    (About.GATE, G): Words("the gate reports"),
    (About.GATE, Y): Words("the gate does not report", "`systemctl status renkei-gate`"),
    (About.GATE, R): Words(
        "the gate's table in the kernel is not as it should be: {said}",
        "`nft list table inet renkei`, and `systemctl restart renkei-gate`",
    ),
    (About.TUNNEL, G): Words("the VPN engine {which} answers"),
    (About.TUNNEL, Y): Words(
        "the VPN engine {which} says otherwise than before how PCs connect, and kits are told the old way: {said}",
        "if you have changed it: `renkei tunnel believe --engine {which} --fingerprint … --reason …`; "
        "if not, the gate may be in other hands",
    ),
    (About.TUNNEL, R): Words(
        "no PC can connect by the VPN engine {which}: {said}", "docs/runbooks/RenkeiTunnelEngineAway.md"
    ),
    (About.PLUGIN, G): Words("the plugin {which} works"),
    (About.PLUGIN, Y): Words("the plugin {which} does not run: {said}", "`renkei plugin list` says what it lacks"),
    (About.PLUGIN, R): Words("the plugin {which} runs and fails: {said}", "`journalctl -u renkei-vault` says more"),
    (About.HOLIDAYS, G): Words("the public holidays are known for {number} days"),
    (About.HOLIDAYS, Y): Words(
        "the public holidays are known for {number} days only", "docs/calendar.md: bring the table of the next year"
    ),
    (About.KEY_COPIES, U): Words(
        "whether there is a copy of the keys, only you know",
        "`renkei credential export`; keep the copy away from the backups, and try it once a year",
    ),
    (About.VAULT, G): Words("the vault answers"),
    (About.VAULT, R): Words("the vault does not answer: {said}", "`systemctl status renkei-vault`"),
    (About.VAULT, U): Words("the vault is not on this host", "`renkei doctor` on its own host tells how it is"),
    (About.CONFIG, G): Words("the configuration can work"),
    (About.CONFIG, R): Words("the configuration cannot work: {said}", "`renkei check` after each change"),
    (About.SITE, G): Words("the {which} site answers"),
    (About.SITE, R): Words("the {which} site does not answer: {said}", "`systemctl status renkei-web@{which}`"),
}

NEVER = Words("the journal was never verified", "`renkei journal verify`, once a month")


def words_of(one: Finding) -> Words:
    """What to say of a finding, with its values."""
    words = NEVER if (one.about, one.said) == (About.JOURNAL, NEVER_VERIFIED) else WORDS[one.about, one.light]
    values = {"which": one.which, "number": one.number, "said": one.said}
    return Words(_filled(words.cause, values), _filled(words.fix, values))


def _filled(text: str, values: Mapping[str, object]) -> str:
    return " ".join(text.format_map(values).split()).rstrip(": ")
