# SPDX-License-Identifier: Apache-2.0
"""multipart/form-data as a stream, cut wherever the network likes to cut."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.limits import MAX_FORM_FIELDS, Turned, TurnedAway
from appliance.web.multipart import MAX_PART_HEAD, Form, MultipartReader, boundary_of, small_form

MARK = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"


def part(name: str, value: bytes, file_name: str | None = None) -> bytes:
    """One part, as browsers write it."""
    head = f'Content-Disposition: form-data; name="{name}"'
    if file_name is not None:
        head += f'; filename="{file_name}"\r\nContent-Type: application/pdf'
    return b"--" + MARK + b"\r\n" + head.encode() + b"\r\n\r\n" + value + b"\r\n"


END = b"--" + MARK + b"--\r\n"


async def coming(body: bytes, step: int) -> AsyncIterator[bytes]:
    """The body in pieces."""
    for start in range(0, len(body), step):
        yield body[start : start + step]


async def read(body: bytes, step: int = 1 << 20, length: int | None = None) -> tuple[Form, bytes]:
    """The form in body, and the bytes of its file."""
    reader = MultipartReader(coming(body, step), MARK, len(body) if length is None else length)
    form = await reader.form()
    content = b"" if form.file is None else b"".join([piece async for piece in form.file.pieces])
    return form, content


@given(st.binary(max_size=300), st.integers(1, 400), st.text(st.characters(exclude_categories=["C"]), max_size=20))
async def test_whatever_the_cuts_the_form_is_the_same(content: bytes, step: int, value: str) -> None:
    body = part("form", value.encode()) + part("file", content, "通知書.pdf") + END
    form, got = await read(body, step)
    assert got == content
    assert form.fields == {"form": value}
    assert form.file is not None
    assert (form.file.field, form.file.name, form.file.size) == ("file", "通知書.pdf", len(content))


async def test_a_form_without_a_file() -> None:
    form, _ = await read(part("a", b"1") + part("b", b"") + END)
    assert (form.fields, form.file) == ({"a": "1", "b": ""}, None)


async def test_what_looks_nearly_like_the_mark_is_content() -> None:
    content = b"\r\n--" + MARK[:-1] + b"\r\n--\r\n\r\n-" + MARK
    _, got = await read(part("file", content, "x") + END, 7)
    assert got == content


@pytest.mark.parametrize("step", [1, 5, 1 << 20])
async def test_a_field_after_the_file_is_refused(step: int) -> None:
    with pytest.raises(TurnedAway) as turned:
        await read(part("file", b"%PDF" * 50, "x") + part("form", b"late") + END, step)
    assert turned.value.reason is Turned.BODY


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--" + MARK,
        part("a", b"1"),
        part("a", b"1") + part("a", b"2") + END,
        part("file", b"x", "x"),
        part("file", b"x", "x") + END + b"more",
        part("file", b"x", "x") + END.removesuffix(b"\r\n"),
        part("a", b"\xff") + END,
        part("a", b"a\x00b") + END,
        part("a", b"1") + b"--" + MARK + b"xx",
        b"--" + MARK + b"\r\nContent-Type: text/plain\r\n\r\nno name\r\n" + END,
        b"--" + MARK + b'\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n' + END,
        b"preamble" + part("a", b"1") + END,
    ],
)
async def test_what_is_no_such_form_is_refused(body: bytes) -> None:
    with pytest.raises(TurnedAway):
        await read(body, 11)


@pytest.mark.parametrize("lie", [-5, 5])
async def test_a_length_that_lies_is_refused(lie: int) -> None:
    body = part("file", b"content", "x") + END
    with pytest.raises(TurnedAway):
        await read(body, 16, len(body) + lie)


@pytest.mark.parametrize(
    "body",
    [
        part("a", b"x" * (64 * 1024 + 100)),
        b"--" + MARK + b"\r\nX: " + b"x" * (MAX_PART_HEAD + 10),
        b"".join(part(f"a{number}", b"") for number in range(MAX_FORM_FIELDS + 1)) + END,
    ],
)
async def test_too_much_before_the_file_is_refused(body: bytes) -> None:
    with pytest.raises(TurnedAway) as turned:
        await read(body)
    assert turned.value.reason is Turned.TOO_LARGE


async def test_browsers_escape_quotes_in_names() -> None:
    form, _ = await read(part("file", b"x", "a%22b%0D%0A.pdf") + END)
    assert form.file is not None and form.file.name == 'a"b.pdf'


TYPE = "multipart/form-data; boundary="


@pytest.mark.parametrize(
    "value",
    ["", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x", TYPE, TYPE + "x" * 71, TYPE + "é"],
)
def test_another_content_type_is_refused(value: str) -> None:
    with pytest.raises(TurnedAway) as turned:
        boundary_of(value)
    assert turned.value.reason is Turned.MEDIA_TYPE


def test_a_boundary_may_be_quoted() -> None:
    assert boundary_of('multipart/form-data; boundary="a:b"') == b"a:b"


# --- forms of small files -----------------------------------------------------------------------------------------


def small(*parts: str, end: str = "--XX--\r\n") -> bytes:
    return "".join(f"--XX\r\nContent-Disposition: form-data; {part}\r\n" for part in parts).encode() + end.encode()


def test_small_files_come_in_any_order_and_number() -> None:
    body = small(
        'name="a"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\none\r\n--X\r\n',
        'name="form"\r\n\r\ntoken',
        'name="b"; filename=""\r\n\r\n',
    )
    form = small_form(body, b"XX", 2)
    assert form.fields == {"form": "token"}
    assert [(one.label, one.name, one.content) for one in form.files] == [
        ("a", "x.txt", b"one\r\n--X\r\n"),
        ("b", "", b""),
    ]
    assert "one" not in repr(form.files)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--XX",
        b"--XX--\r\nmore",
        b"before\r\n" + small('name="a"\r\n\r\n1'),
        small('name="a"\r\n\r\n1', end="--XX--"),
        small('name="a"\r\n\r\n1', end=""),
        small('name="a"\r\n1'),
        small('name="a"\r\n\r\n1', 'name="a"\r\n\r\n2'),
        small('name="a"\r\n\r\n\x01'),
        small("name=a\r\n\r\n1"),
        small('name="a"\r\nX: ' + "y" * 5000 + "\r\n\r\n1"),
        small('name="a"\r\n\r\n1').replace(b"1", b"\xff"),
    ],
)
def test_what_is_no_form_of_small_files_is_refused(body: bytes) -> None:
    with pytest.raises(TurnedAway) as turned:
        small_form(body, b"XX", 2)
    assert turned.value.reason is Turned.BODY


@pytest.mark.parametrize(
    "parts",
    [
        ['name="f"; filename="a"\r\n\r\n1'] * 3,
        [f'name="f{number}"\r\n\r\n1' for number in range(51)],
        ['name="f"\r\n\r\n' + "x" * 70_000],
    ],
)
def test_too_much_of_small_things_is_refused(parts: list[str]) -> None:
    with pytest.raises(TurnedAway) as turned:
        small_form(small(*parts), b"XX", 2)
    assert turned.value.reason is Turned.TOO_LARGE
