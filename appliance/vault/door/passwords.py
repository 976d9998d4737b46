# SPDX-License-Identifier: Apache-2.0
"""Secrets: people's passwords slowly, machine-made secrets quickly, both under the pepper (design §10)."""

import asyncio
import hmac
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from appliance.contracts.plugin import Random
from appliance.link.slots import Slots
from appliance.model.things import Secret
from appliance.model.words import Site

T = TypeVar("T")
MAX_TYPED = 256
MAX_WAITING = 128
MAX_OF_SOURCE = 16
FIRST_PASSWORD_LENGTH = 12
# 19 MiB, two passes, one lane (design §10).
HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A3: no signs that look alike in print; 56 of them.
READABLE: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


class Passwords:
    """argon2id in one thread of its own, with a bounded queue for each site."""

    def __init__(self, pepper: bytes, hasher: PasswordHasher = HASHER) -> None:
        """pepper is a credential: without it a stolen store gives nothing to guess at."""
        self._pepper = pepper
        self._hasher = hasher
        self._thread = ThreadPoolExecutor(1, "passwords")
        self._places, self._of_source = Slots(MAX_WAITING), Slots(MAX_OF_SOURCE)
        self._nobody = ""

    @contextmanager
    def place(self, site: Site, source: str) -> Iterator[None]:
        """A place in the queue, to be taken before a try is, so that no try is lost. Raises Refused BUSY.

        A flood at the portal leaves the console its places, and one address leaves the others theirs.
        """
        with self._of_source.take((site, source)), self._places.take(site):
            yield

    @property
    def waiting(self) -> int:
        """How many are looked at or wait for it."""
        return self._places.taken

    async def hash(self, password: str) -> str:
        """A verifier to keep."""
        with self._places.take(Site.ADMIN):
            return await self._run(self._hasher.hash, password)

    def first(self, password: str) -> str:
        """The verifier to keep of a first password, which a machine made: quickly, yet safely (design §10)."""
        return keyed_hash(self._pepper, "first password", password).hex()

    async def matches(self, secret: Secret | None, password: str) -> bool:
        """Whether password is the one of secret; none takes as long, and is never matched. Needs a place()."""
        if not self._nobody:
            self._nobody = await self._run(self._hasher.hash, "nobody has this password")
        human = secret is not None and not secret.first
        right = await self._run(self._verify, password, secret.verifier if secret and human else self._nobody)
        if secret is None or human:
            return right and human
        return hmac.compare_digest(secret.verifier, self.first(password[:MAX_TYPED]))

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _verify(self, keyed: str, verifier: str) -> bool:
        try:
            return self._hasher.verify(verifier, keyed)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., T], password: str, *rest: str) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, function, self._keyed(password), *rest)

    def _keyed(self, password: str) -> str:
        return keyed_hash(self._pepper, "password", password[:MAX_TYPED]).hex()


def keyed_hash(pepper: bytes, purpose: str, secret: str) -> bytes:
    """HMAC-SHA-256 of a machine-made secret, apart for each purpose."""
    return hmac.digest(pepper, purpose.encode() + b"\0" + secret.encode(), "sha256")


def readable(random: Random, length: int) -> str:
    """A secret that people can copy from paper (A3), each sign equally likely."""
    signs: list[str] = []
    while len(signs) < length:
        # 224 is the greatest multiple of 56 below 256; bytes above it would favour some signs.
        signs += [READABLE[byte % 56] for byte in random.bytes(length) if byte < 224]
    return "".join(signs[:length])
