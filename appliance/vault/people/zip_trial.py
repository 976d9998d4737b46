# SPDX-License-Identifier: Apache-2.0
"""A ZIP password is tried before it is kept for ever: a sample is locked with it and opened again (A41)."""

import io

import pyzipper

SAMPLE = "見本".encode()


def opens(password: str) -> bool:
    """Whether a ZIP of AES-256 that was locked with password opens with it. Takes about a millisecond."""
    locked = io.BytesIO()
    secret = password.encode("ascii")
    with pyzipper.AESZipFile(locked, "w", encryption=pyzipper.WZ_AES) as sample:
        sample.setpassword(secret)
        sample.writestr("sample.txt", SAMPLE)
    with pyzipper.AESZipFile(locked) as sample:
        return bool(sample.read("sample.txt", pwd=secret) == SAMPLE)
