# SPDX-License-Identifier: Apache-2.0
"""The QR code that an app scans, as an SVG image of one path: nothing in it can run."""

import io

import segno


def qr_image(text: str) -> str:
    """An SVG image, to be shown as such; it has its own white ground and quiet zone, and the size of its frame."""
    image = io.BytesIO()
    made = segno.make_qr(text, error="l")
    made.save(image, kind="svg", xmldecl=False, light="#fff", omitsize=True, svgclass=None, lineclass=None)
    return image.getvalue().decode().strip()
