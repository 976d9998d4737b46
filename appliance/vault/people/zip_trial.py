# SPDX-License-Identifier: Apache-2.0
"""A ZIP password is tried before it is kept for ever: a sample is locked with it and opened again (A41)."""

import io

import pyzipper

NAME, SAMPLE = "sample.txt", "見本".encode()


def opens(password: str) -> bool:
    """Whether a ZIP of AES-256 that was locked with password opens with it. Takes about a millisecond."""
    with pyzipper.AESZipFile(io.BytesIO(locked(password))) as sample:
        return bool(sample.read(NAME, pwd=password.encode("ascii")) == SAMPLE)


def locked(password: str) -> bytes:
    """A small ZIP, locked with password as those are in which documents travel."""
    made = io.BytesIO()
    with pyzipper.AESZipFile(made, "w", encryption=pyzipper.WZ_AES) as sample:
        sample.setpassword(password.encode("ascii"))
        sample.writestr(NAME, SAMPLE)
    return made.getvalue()
