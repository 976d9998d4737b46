# SPDX-License-Identifier: Apache-2.0
"""PDFs of any size that are ones, for tests and measurements that care for their bytes and not for their look."""

import random

_FIRST = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
_SECOND = b"2 0 obj\n<< /Length %010d >>\nstream\n"
_AFTER = b"\nendstream\nendobj\n"
_TABLE = b"xref\n0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n"
_END = b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%010d\n%%%%EOF\n"


def around(size: int) -> tuple[bytes, bytes]:
    """What stands before and behind the filling of a PDF of so many bytes in all; ValueError if too few."""
    first = _FIRST.index(b"1 0 obj")
    least = len(_FIRST + _SECOND % 0 + _AFTER + _TABLE % (0, 0) + _END % 0)
    if size < least:
        raise ValueError(f"a PDF of these has {least} bytes or more")
    table_at = size - len(_TABLE % (0, 0)) - len(_END % 0)
    behind = _AFTER + _TABLE % (first, len(_FIRST)) + _END % table_at
    return _FIRST + _SECOND % (size - least), behind


def pdf(number: int, size: int) -> bytes:
    """A PDF of exactly so many bytes, most of them by chance; the same bytes for the same number."""
    before, behind = around(size)
    return before + random.Random(number).randbytes(size - len(before) - len(behind)) + behind
