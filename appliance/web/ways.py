# SPDX-License-Identifier: Apache-2.0
"""Where the fund's staff may go from every page of the console, by role: its menu and the line below the top.

It only spares people pages that the vault would refuse (A46); tests hold it against the policy that is shipped.
"""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.model.words import Role, Site

CLERK, RELEASER, DESK, SYSTEM, AUDITOR = (
    Role.FUND_CLERK,
    Role.FUND_RELEASER,
    Role.FUND_DESK,
    Role.FUND_SYSTEM,
    Role.FUND_AUDITOR,
)
ALL_STAFF = frozenset({CLERK, RELEASER, DESK, SYSTEM, AUDITOR})


@dataclass(frozen=True, slots=True)
class Way:
    """One entry. actions are what its page asks the vault for; here is what the page calls itself.

    of_filings: it is there only where the fund takes filings (R5).
    """

    path: str
    here: str
    text: str
    about: str
    actions: tuple[str, ...]
    roles: frozenset[Role]
    of_filings: bool = False


CONSOLE = (
    Way(
        "/filings",
        "filings",
        "届書の受付",
        "事業所から届いた届書を受信し、処理します",
        ("menu.read", "office.list", "filing.list"),
        frozenset({CLERK, RELEASER, DESK, AUDITOR}),
        of_filings=True,
    ),
    Way(
        "/filings/take-out",
        "take_out",
        "期間の取り出し",
        "受信した届書を、基幹システムのために ZIP にまとめます",
        ("menu.read", "filing.take_out"),
        frozenset({CLERK}),
        of_filings=True,
    ),
    Way(
        "/notices/new",
        "deliver",
        "帳票を配信する",
        "事業所と種類を選び、ファイルを届けます",
        ("office.list", "document.upload", "notice.deliver"),
        frozenset({CLERK}),
    ),
    Way(
        "/notices",
        "notices",
        "受信状況",
        "配信した帳票が受け取られたかを確かめます",
        ("office.list", "notice.list"),
        frozenset({CLERK, RELEASER, DESK, AUDITOR}),
    ),
    Way(
        "/registrations",
        "intake",
        "登録届の取込",
        "事業所から届いた登録届を読み込み、確かめて登録します",
        ("registration.read",),
        frozenset({CLERK, DESK, AUDITOR}),
    ),
    Way(
        "/offices",
        "offices",
        "事業所一覧",
        "登録されている事業所の一覧",
        ("office.list",),
        frozenset({CLERK, RELEASER, DESK, AUDITOR}),
    ),
    Way(
        "/letters",
        "letters",
        "お知らせ印刷",
        "登録が済んだ事業所へ郵送するお知らせの印刷と再発行",
        ("letter.list",),
        frozenset({CLERK, AUDITOR}),
    ),
    Way(
        "/calls",
        "calls",
        "電話対応",
        "電話をかけてきた事業所の状態と、次にお伝えすること",
        ("office.list", "caller.read"),
        frozenset({CLERK, DESK, AUDITOR}),
    ),
    Way(
        "/manuals",
        "manuals",
        "マニュアル",
        "事業所に配る手順書の一覧と、追加・差し替え",
        ("manual.list",),
        ALL_STAFF,
    ),
    Way(
        "/delegations",
        "delegations",
        "複数事業所",
        "一人でいくつもの事業所の手続きをする方の登録と終了",
        ("delegation.list", "office.list"),
        frozenset({CLERK, DESK, AUDITOR}),
    ),
    Way(
        "/documents",
        "documents",
        "書類の種類",
        "届書と帳票の種類・形式・保管期間",
        ("menu.read",),
        ALL_STAFF,
    ),
    Way(
        "/activations",
        "activations",
        "有効化待ち",
        "事業所の端末の確認コードを確かめ、承認します",
        ("activation.list",),
        frozenset({CLERK, DESK, AUDITOR}),
    ),
    Way(
        "/seats",
        "seats",
        "端末一覧",
        "事業所のパソコンの席と、失効・払い出し",
        ("seat.list",),
        frozenset({CLERK, DESK, SYSTEM, AUDITOR}),
    ),
    Way(
        "/tunnels",
        "tunnels",
        "VPN",
        "いま接続している端末と、その切断・履歴",
        ("tunnel.list",),
        frozenset({CLERK, DESK, SYSTEM, AUDITOR}),
    ),
    Way(
        "/banners",
        "banners",
        "お知らせ",
        "事業所の画面に出すお知らせの掲示と取り下げ",
        ("banner.list",),
        frozenset({CLERK, DESK, SYSTEM}),
    ),
    Way(
        "/locks",
        "locks",
        "ログイン停止",
        "ログインできなくなった利用者の解除と初期化",
        ("lock.list",),
        frozenset({DESK, SYSTEM, AUDITOR}),
    ),
    Way(
        "/staff",
        "staff",
        "職員",
        "職員の追加・変更・初期化（二人で行います）",
        ("staff.list",),
        frozenset({SYSTEM, AUDITOR}),
    ),
    Way(
        "/proposals",
        "proposals",
        "二人承認",
        "もう一人の承認を待っている操作",
        ("proposal.list", "staff.list"),
        frozenset({SYSTEM, AUDITOR}),
    ),
    Way(
        "/health",
        "health",
        "システムの状態",
        "サービスが動くために必要なものの確認",
        ("status.read",),
        frozenset({SYSTEM, AUDITOR}),
    ),
    Way(
        "/history",
        "history",
        "履歴",
        "すべての操作の記録",
        ("history.read",),
        frozenset({CLERK, DESK, SYSTEM, AUDITOR}),
    ),
    Way("/own", "own", "自分の情報", "氏名・パスワード・メールアドレスと、接続の一覧", ("own.read",), ALL_STAFF),
)


def ways_of(site: Site, *, filings: bool = True) -> Callable[[Role | None], tuple[Way, ...]]:
    """For the templates of a site: the entries of somebody with a role; filings: the fund takes them."""
    entries = tuple(way for way in CONSOLE if filings or not way.of_filings) if site is Site.CONSOLE else ()

    def ways(role: Role | None) -> tuple[Way, ...]:
        return tuple(way for way in entries if role in way.roles)

    return ways
