# SPDX-License-Identifier: Apache-2.0
"""A ZIP judged by its structure and names alone, without its password (lessons 6 and 8)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.model.problems import Problem, Rule
from appliance.vault.doorman import entry_names
from appliance.vault.doorman.asked import MIB, Asked, Encryption, Fault, Member
from appliance.vault.doorman.directory import DEFLATED, PATCHED, STORED, Entry, entries_of
from appliance.vault.doorman.ends import End, end_of
from appliance.vault.doorman.local import Place, need_tiling, place_of

MOST_ENTRIES = 99
# The newest version of the format (6.3) that readers know; some refuse what says that it needs more.
NEWEST = 63
# Deflate can make 1 byte of 1,030; a PDF or a table of numbers is never packed tighter than this.
RATIO = 100
# What is so small hurts nobody, however tightly it is packed.
RATIO_FROM = MIB


@dataclass(frozen=True, slots=True)
class Structure:
    """What the ZIP says of itself, in the order of its directory; places are there only if nothing is wrong."""

    problems: tuple[Problem, ...]
    members: tuple[Member, ...] = ()
    places: tuple[Place, ...] = ()


def structure_of(data: bytes, asked: Asked) -> Structure:
    """Everything that is wrong; the members are told where the directory can be read."""
    try:
        end = end_of(data, MOST_ENTRIES)
        entries = entries_of(data, end)
    except Fault as fault:
        return Structure((fault.problem,))
    names = [entry_names.name_of(entry) or "" for entry in entries]
    members = tuple(Member(name, one.size, one.encryption) for one, name in zip(entries, names, strict=True))
    problems = [*of_sizes(entries, asked.most), *_of_lock(entries, asked.accept_zipcrypto), *_twice(names)]
    for entry, name in zip(entries, names, strict=True):
        problems += (Problem(rule, name) for rule in dict.fromkeys((*of_entry(entry), *_of_name(entry, name))))
    try:
        places = places_of(data, entries, end)
    except Fault as fault:
        return Structure((fault.problem, *problems), members)
    return Structure(tuple(problems), members, () if problems else tuple(places))


def skeleton(data: bytes, most: int) -> list[Place]:
    """Where everything lies, in the order of the directory. Raises Fault unless every reader sees the same."""
    end = end_of(data, most)
    return places_of(data, entries_of(data, end), end)


def places_of(data: bytes, entries: list[Entry], end: End) -> list[Place]:
    """Where these entries lie. Raises Fault where the local headers tell of anything else."""
    places = [place_of(data, entry, end.offset) for entry in entries]
    need_tiling(data, places, end.offset)
    return places


def of_sizes(entries: list[Entry], most: int) -> Iterator[Problem]:
    """All of them together may become no larger than most bytes."""
    if sum(entry.size for entry in entries) > most:
        yield Problem(Rule.ZIP_SIZE, values={"max": str(most // MIB)})


def of_entry(entry: Entry) -> Iterator[Rule]:
    """What is wrong with the content of an entry, as it is declared."""
    net = entry.packed - entry.overhead
    if entry.compression not in (STORED, DEFLATED) or entry.flags & PATCHED or entry.version > NEWEST:
        yield Rule.ZIP_METHOD
    if net < 0 or (entry.compression == STORED and net != entry.size):
        yield Rule.DAMAGED
    elif entry.size > RATIO_FROM and entry.size > RATIO * net:
        yield Rule.ZIP_RATIO


def _of_lock(entries: list[Entry], accept_zipcrypto: bool) -> Iterator[Problem]:
    kinds = {entry.encryption for entry in entries}
    if len(kinds) > 1:
        yield Problem(Rule.ZIP_MIXED)
    if Encryption.NONE in kinds:
        yield Problem(Rule.ZIP_ENCRYPTION)
    if Encryption.ZIPCRYPTO in kinds and not accept_zipcrypto:
        yield Problem(Rule.ZIP_ZIPCRYPTO)


def _of_name(entry: Entry, name: str) -> Iterator[Rule]:
    yield from entry_names.traps(name) if name else (Rule.ENTRY_NAME,)
    if kind := entry_names.kind_of_file(entry.attributes):
        yield kind


def _twice(names: list[str]) -> Iterator[Problem]:
    counts = Counter(entry_names.same(name) for name in names if name)
    seen = dict.fromkeys(name for name in names if counts[entry_names.same(name)] > 1)
    firsts = {entry_names.same(name): name for name in reversed(seen)}
    yield from (Problem(Rule.ENTRY_TWICE, name) for name in seen if firsts[entry_names.same(name)] == name)
