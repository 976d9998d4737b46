# SPDX-License-Identifier: Apache-2.0
"""Passwords: slow, under a pepper, in a bounded queue; these tests use the real argon2id."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from argon2 import extract_parameters

from appliance.link.refusals import Refused, Why
from appliance.model.things import Secret
from appliance.model.words import Site
from appliance.testing.clock import FakeRandom
from appliance.vault.door.passwords import (
    MAX_OF_SOURCE,
    MAX_TYPED,
    MAX_WAITING,
    READABLE,
    Passwords,
    keyed_hash,
    readable,
)
from tests.appliance.vault.world import CHEAP

PEPPER = b"p" * 32


def secret(verifier: str, *, first: bool = False) -> Secret:
    """What is kept of a password."""
    return Secret("a" * 26, verifier, first=first)


@pytest.fixture
async def real() -> AsyncIterator[Passwords]:
    passwords = Passwords(PEPPER)
    yield passwords
    passwords.close()


@pytest.fixture
async def cheap() -> AsyncIterator[Passwords]:
    passwords = Passwords(PEPPER, CHEAP)
    yield passwords
    passwords.close()


async def test_the_right_password_and_no_other(real: Passwords) -> None:
    verifier = await real.hash("パスワード1")
    assert await real.matches(secret(verifier), "パスワード1")
    for wrong in ("", "パスワード2", "パスワード1 ", "ﾊﾟｽﾜｰﾄﾞ1"):
        assert not await real.matches(secret(verifier), wrong)


async def test_the_cost_is_that_of_the_design(real: Passwords) -> None:
    parameters = extract_parameters(await real.hash("x"))
    assert (parameters.type.name, parameters.memory_cost, parameters.time_cost) == ("ID", 19 * 1024, 2)
    assert parameters.parallelism == 1


async def test_without_the_pepper_a_verifier_is_good_for_nothing(cheap: Passwords) -> None:
    verifier = await cheap.hash("secret")
    other = Passwords(b"q" * 32, CHEAP)
    assert not await other.matches(secret(verifier), "secret")
    assert await cheap.hash("secret") != verifier, "salted"
    other.close()


@pytest.mark.parametrize("verifier", ["", "nonsense", "$argon2id$v=19$m=8,t=1,p=1$"])
async def test_what_is_no_verifier_matches_nothing(cheap: Passwords, verifier: str) -> None:
    for password in ("", "nobody has this password", "x"):
        assert not await cheap.matches(secret(verifier), password)


async def test_nobody_costs_as_much_as_somebody(cheap: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    verify = cheap._verify

    def counted(keyed: str, verifier: str) -> bool:
        verified.append(verifier)
        return verify(keyed, verifier)

    monkeypatch.setattr(cheap, "_verify", counted)
    await cheap.matches(None, "x")
    await cheap.matches(secret(await cheap.hash("x")), "x")
    assert len(verified) == 2
    first, second = map(extract_parameters, verified)
    assert first == second


async def test_a_first_password_is_kept_by_a_keyed_hash_and_costs_as_much_to_look_at(
    cheap: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = cheap._verify

    def counted(keyed: str, verifier: str) -> bool:
        verified.append(verifier)
        return verify(keyed, verifier)

    monkeypatch.setattr(cheap, "_verify", counted)
    first = secret(cheap.first("Erste2Wort"), first=True)
    assert await cheap.matches(first, "Erste2Wort")
    assert not await cheap.matches(first, "Erste2Worx")
    assert not await cheap.matches(secret(first.verifier), "Erste2Wort"), "it is no password that a person chose"
    assert len(verified) == 3, "an account that waits for its first sign-in cannot be told by the time"
    other = Passwords(b"q" * 32, CHEAP)
    assert other.first("Erste2Wort") != first.verifier
    other.close()


async def test_an_endless_password_is_cut_before_it_costs_anything(cheap: Passwords) -> None:
    verifier = await cheap.hash("x" * MAX_TYPED)
    assert await cheap.matches(secret(verifier), "x" * 10_000_000)
    assert not await cheap.matches(secret(verifier), "x" * (MAX_TYPED - 1))


async def test_the_queue_is_bounded_and_empties(cheap: Passwords) -> None:
    hashes = [cheap.hash(str(number)) for number in range(MAX_WAITING + 10)]
    outcomes = await asyncio.gather(*hashes, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [each.why for each in refused] == [Why.BUSY] * 10
    assert await cheap.hash("later")


async def test_a_place_is_given_back_whatever_happens(cheap: Passwords) -> None:
    for _ in range(MAX_WAITING * 2):
        with pytest.raises(ZeroDivisionError), cheap.place(Site.PORTAL, "192.0.2.1"):
            raise ZeroDivisionError
    with cheap.place(Site.PORTAL, "192.0.2.1"):
        pass


async def test_a_flood_from_one_address_leaves_the_others_their_places(cheap: Passwords) -> None:
    with ExitStack() as flood:
        for _ in range(MAX_OF_SOURCE):
            flood.enter_context(cheap.place(Site.PORTAL, "192.0.2.1"))
        for _ in range(3):
            with pytest.raises(Refused, match="busy"), cheap.place(Site.PORTAL, "192.0.2.1"):
                raise AssertionError("a place too many")
        with cheap.place(Site.PORTAL, "192.0.2.2"):
            pass


async def test_a_flood_at_one_site_leaves_the_others_their_places(cheap: Passwords) -> None:
    with ExitStack() as flood:
        for number in range(MAX_WAITING):
            flood.enter_context(cheap.place(Site.PORTAL, str(number)))
        with pytest.raises(Refused, match="busy"), cheap.place(Site.PORTAL, "another"):
            raise AssertionError("a place too many")
        with cheap.place(Site.CONSOLE, "0"):
            assert await cheap.hash("first password of a new account")


async def test_once_closed_nothing_is_looked_at() -> None:
    passwords = Passwords(PEPPER, CHEAP)
    passwords.close()
    with pytest.raises(RuntimeError):
        await passwords.matches(None, "x")


def test_machine_made_secrets_are_kept_apart_by_purpose() -> None:
    made = {keyed_hash(pepper, purpose, "secret") for pepper in (PEPPER, b"q") for purpose in ("visit", "form")}
    assert len(made) == 4
    assert {len(each) for each in made} == {32}
    assert keyed_hash(PEPPER, "a", "b") == keyed_hash(PEPPER, "a", "b")


@pytest.mark.parametrize("length", [1, 8, 12, 100])
def test_a_readable_secret_has_its_length_and_signs_that_cannot_be_mistaken(length: int) -> None:
    made = readable(FakeRandom("secret"), length)
    assert len(made) == length
    assert set(made) <= set(READABLE)
    assert not set("0Oo1lI") & set(READABLE) and len(set(READABLE)) == 56


def test_each_sign_is_equally_likely() -> None:
    class EveryByte:
        """All bytes, one after another."""

        def bytes(self, count: int) -> bytes:
            return bytes(range(256))

    counts = Counter(readable(EveryByte(), 224))
    assert set(counts.values()) == {4}
    assert len(counts) == 56
