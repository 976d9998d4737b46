# SPDX-License-Identifier: Apache-2.0
"""How much the store may hold, and the reserve that keeps deletes possible when it is full.

LMDB never writes over a page in use: even a delete needs free pages first, so a map or disk filled to the last
page could never be emptied again. A reserve is therefore held back in the map and, as allocated blocks of the
data file, on the disk. No change may end with more pages in use than before and less than the reserve left.
"""

import os
from collections.abc import Callable

import lmdb

from appliance.contracts.records import StoreFull, Usage

RESERVE = 16 << 20
META_PAGES = 2

Allocate = Callable[[int, int, int], None]


class Room:
    """Counts pages in use against map and disk. Used by the writer thread; usage() by any."""

    def __init__(
        self,
        env: lmdb.Environment,
        file: int,
        map_bytes: int,
        *,
        allocate: Allocate = os.posix_fallocate,
    ) -> None:
        """file is a descriptor of the data file, open for writing; map_bytes is the size of the map."""
        self._env = env
        self._file = file
        self._map = map_bytes
        self._allocate = allocate
        self._page = env.stat()["psize"]
        self._reserve = min(RESERVE, map_bytes // 16)
        self._used = self._pages(env.stat())
        self._allocated = 0
        self._extend()

    def admit(self, txn: "lmdb.Transaction[bytes]") -> int:
        """The pages in use if txn is committed; StoreFull if it eats into the reserve."""
        pages = self._pages(txn.stat())
        if self._beyond(pages) and pages > self._used:
            self._extend(pages)
            if self._beyond(pages):
                raise StoreFull("the record store is full")
        return pages

    def settle(self, pages: int) -> None:
        """Keep in mind that a change that admit() measured is now committed."""
        self._used = pages

    def usage(self) -> Usage:
        """Bytes in use, and how many there could be in map and disk before growth is refused."""
        possible = min(self._map, self._allocated + self._disk_has_left())
        return Usage(self._used * self._page, max(possible - self._reserve, 1))

    def disk_is_full(self) -> bool:
        """Whether the disk has less left than the reserve."""
        return self._disk_has_left() < self._reserve

    def _disk_has_left(self) -> int:
        disk = os.fstatvfs(self._file)
        return disk.f_bavail * disk.f_frsize

    def _beyond(self, pages: int) -> bool:
        return pages * self._page > min(self._map, self._allocated) - self._reserve

    def _extend(self, pages: int = 0) -> None:
        """Allocate blocks for pages and two reserves, so that this is rarely needed."""
        size = os.fstat(self._file).st_size
        wanted = min(max(size, pages * self._page + 2 * self._reserve), self._map)
        try:
            self._allocate(self._file, 0, wanted)
        except OSError:
            # No room on the disk: growth is refused until there is. What blocks the file has are still good.
            self._allocated = max(self._allocated, min(size, os.fstat(self._file).st_blocks * 512))
        else:
            self._allocated = wanted

    @staticmethod
    def _pages(stat: "lmdb._StatDict") -> int:
        return META_PAGES + stat["branch_pages"] + stat["leaf_pages"] + stat["overflow_pages"]
