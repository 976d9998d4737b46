# SPDX-License-Identifier: Apache-2.0
"""What goes out: pages, ways to other pages, small objects; and the headers on all of them."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from aiohttp.web import Response

from appliance.web.rendering import Top, top_of
from appliance.web.request import Request
from appliance.web.static import Asset
from appliance.web.vault_side import Answered

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
NO_POWERS = ", ".join(
    f"{power}=()" for power in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)
EVERYWHERE: Mapping[str, str] = {
    "Server": "renkei",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send `Origin: null` with our own forms (Fetch standard, §3.2).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": NO_POWERS,
}
HTML = {**EVERYWHERE, "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
JSON = {**EVERYWHERE, "Content-Type": "application/json", "Cache-Control": "no-store"}


def page(body: bytes, status: int = 200) -> Response:
    """A page; nothing between here and the screen may keep it."""
    return Response(body=body, status=status, headers=HTML)


def shown(request: Request, name: str, answered: Answered, status: int = 200, **values: object) -> Response:
    """The page name.html for a visitor."""
    top = top_of(answered)
    return page(request.house.templates.render(name, top=top, live_since=request.mark, **values), status)


def shown_to_anyone(request: Request, name: str, status: int = 200, **values: object) -> Response:
    """The page name.html for somebody of whom nothing is known."""
    return page(request.house.templates.render(name, top=Top(), **values), status)


def go_to(path: str) -> Response:
    """The browser goes on with a GET of path, which is one of this site."""
    return Response(status=303, headers={**EVERYWHERE, "Location": path, "Cache-Control": "no-store"})


def as_json(value: object, status: int = 200) -> Response:
    """A small object for the page's own script."""
    return Response(body=msgspec.json.encode(value), status=status, headers=JSON)


def asset(found: Asset, asked: Mapping[str, str]) -> Response:
    """A file of the fixed table, packed for who understands it; asked are the headers of the request."""
    is_packed = "gzip" in asked.get("Accept-Encoding", "") and len(found.packed) < len(found.body)
    etag = f'{found.etag[:-1]}-gzip"' if is_packed else found.etag
    headers = {**EVERYWHERE, "ETag": etag, "Cache-Control": found.keep, "Vary": "Accept-Encoding"}
    if etag in asked.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    headers["Content-Type"] = found.type
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(body=found.packed if is_packed else found.body, headers=headers)


class AnswerThenReport(Response):
    """An answer that is followed by a report to the vault: the visitor never waits for it."""

    def __init__(self, answer: Response, report: Callable[[], Awaitable[None]]) -> None:
        """Takes over status, headers and body of answer; report must not raise."""
        super().__init__(body=answer.body, status=answer.status, headers=answer.headers)
        self._report: Callable[[], Awaitable[None]] | None = report

    async def write_eof(self, data: bytes = b"") -> None:
        """The last byte goes out, then the report; once, though the server calls this twice at times."""
        report, self._report = self._report, None
        try:
            await super().write_eof(data)
        finally:
            if report is not None:
                await report()
