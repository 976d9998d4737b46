# SPDX-License-Identifier: Apache-2.0
"""Signatures are those that AWS's own client makes, whatever is signed."""

import datetime as dt
import string
from unittest import mock

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.signing import Keys, signed, target

from appliance.model.time import instant

HOST = "s3.example.jp:9000"
KEYS = Keys("access", "secret/+=", "")
AT = dt.datetime(2026, 6, 9, 1, 2, 3, tzinfo=dt.UTC)

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
names = st.text(string.ascii_lowercase + "-", min_size=1, max_size=10).map(lambda name: f"x-amz-{name}")
values = st.text(string.ascii_letters + string.digits + " :;=/+%", max_size=20)
headers = st.dictionaries(names, values, max_size=4)
queries = st.lists(st.tuples(texts.filter(bool), texts), max_size=4, unique_by=lambda pair: pair[0])


def by_aws(method: str, url: str, given: dict[str, str], body: str, keys: Keys, region: str) -> str:
    request = AWSRequest(method, url, headers={**given, "X-Amz-Content-SHA256": body})
    request.context["payload_signing_enabled"] = True
    credentials = Credentials(keys.access, keys.secret, keys.token or None)
    signer = S3SigV4Auth(credentials, "s3", region)
    with (
        mock.patch("botocore.auth.get_current_datetime", return_value=AT.replace(tzinfo=None)),
        mock.patch.object(signer, "payload", return_value=body),
    ):
        signer.add_auth(request)
    found: str = request.headers["Authorization"]
    return found


def ours(method: str, path: str, query: list[tuple[str, str]], given: dict[str, str], keys: Keys = KEYS) -> str:
    headers = {"Host": HOST, **given}
    sent = signed(method, path, query, headers, Body().sha256, keys=keys, region="jp-east", at=instant(AT))
    return sent["Authorization"]


@given(st.sampled_from(["GET", "PUT", "DELETE", "HEAD"]), texts, queries, headers)
def test_as_the_client_of_aws(method: str, key: str, query: list[tuple[str, str]], given: dict[str, str]) -> None:
    path = f"/bucket/{key}"
    url = f"https://{HOST}{target(path, query)}"
    assert ours(method, path, query, given) == by_aws(method, url, given, Body().sha256, KEYS, "jp-east")


@given(texts.filter(bool))
def test_with_a_session_token(secret: str) -> None:
    keys = Keys("access", secret, "token")
    url = f"https://{HOST}/b/k"
    assert ours("GET", "/b/k", [], {}, keys) == by_aws("GET", url, {}, Body().sha256, keys, "jp-east")


@pytest.mark.parametrize(
    ("key", "sent"),
    [("a b", "/b/a%20b"), ("a+b", "/b/a%2Bb"), ("a//b/../c", "/b/a//b/../c"), ("~あ", "/b/~%E3%81%82")],
)
def test_a_key_is_sent_as_it_is_signed(key: str, sent: str) -> None:
    assert target(f"/b/{key}", ()) == sent


def test_an_empty_value_has_its_sign() -> None:
    assert target("/b", (("versions", ""), ("prefix", "a/"))) == "/b?prefix=a%2F&versions="


def test_the_date_is_that_of_the_signature() -> None:
    sent = signed("GET", "/", (), {"Host": HOST}, Body().sha256, keys=KEYS, region="r", at=instant(AT))
    assert sent["x-amz-date"] == "20260609T010203Z"
    assert "/20260609/r/s3/aws4_request," in sent["Authorization"]
    assert "x-amz-security-token" not in sent


def test_secrets_are_never_shown() -> None:
    assert "secret" not in repr(Keys("access", "secret", "secret-token"))
