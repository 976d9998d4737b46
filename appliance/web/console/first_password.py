# SPDX-License-Identifier: Apache-2.0
"""The sheet with a new first password: shown this once, good to print and hand over."""

from dataclasses import dataclass, field

from aiohttp.web import Response

from appliance.web.answers import shown
from appliance.web.request import Request
from appliance.web.vault_side import Answered

OFFICE_STEPS = (
    "VPN に接続する前に、「ワンタイムパスワード発行サイト」でワンタイムパスワードを発行し、メールを確かめます。",
    "VPN に接続し、契約番号・ユーザーID・ワンタイムパスワード・初期パスワードの順に入力します。",
    "氏名と新しいパスワードを登録します。初期パスワードは、そこで使えなくなります。",
)
STAFF_STEPS = (
    "基金職員用の画面で、職員ID と初期パスワードを入力します。",
    "スマートフォンなどの認証アプリで画面の図を読み取り、アプリに表示された確認コードを入力します。",
    "氏名と新しいパスワードを登録します。初期パスワードは、そこで使えなくなります。",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """about is whom it is for, as labels and values; steps what they do with it; back where people came from."""

    here: str
    back: str
    about: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    password: str = field(repr=False)


def show_first_password(request: Request, answered: Answered, sheet: Sheet) -> Response:
    """The page."""
    return shown(request, "console/first_password", answered, sheet=sheet)
