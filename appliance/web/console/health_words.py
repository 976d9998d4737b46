# SPDX-License-Identifier: Apache-2.0
"""What each finding of the page of health says: what it is about, how that is, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.model.health import About, Light

G, Y, R, U = Light.GREEN, Light.YELLOW, Light.RED, Light.UNKNOWN


@dataclass(frozen=True, slots=True)
class Words:
    """Both with {which} and {number} of a finding; fix is "" where there is nothing to do."""

    cause: str
    fix: str = ""


LIGHTS: Mapping[Light, str] = {G: "正常", Y: "要注意", R: "異常", U: "要確認"}
NAMES: Mapping[About, str] = {
    About.RECORDS: "記録の保管庫",
    About.RECORDS_ROOM: "記録の空き容量",
    About.BLOBS: "書類の保管庫",
    About.BLOBS_ROOM: "書類の空き容量",
    About.DISK: "ディスク",
    About.CERTIFICATE: "サーバー証明書",
    About.MAIL: "メールサーバー",
    About.LETTERS: "送信待ちのメール",
    About.SCANNER: "ウイルス検査",
    About.KITS: "インストーラー",
    About.CLOCK: "時計",
    About.JOURNAL: "履歴の検証",
    About.GATE: "VPN の入口",
    About.TUNNEL: "VPN",
    About.PLUGIN: "追加機能",
    About.HOLIDAYS: "祝日の表",
    About.KEY_COPIES: "鍵の控え",
}
ADMIN = "サーバーの管理者に連絡してください。"
ROOM = "ディスクを増やすか、保管期間の過ぎた書類を整理します。サーバーの管理者に連絡してください。"
WORDS: Mapping[tuple[About, Light], Words] = {
    (About.RECORDS, G): Words("応答しています。"),
    (About.RECORDS, R): Words("応答していません。ログインも操作もできません。", ADMIN),
    (About.RECORDS_ROOM, G): Words("{number}% を使っています。"),
    (About.RECORDS_ROOM, Y): Words("{number}% を使っています。まもなく書類を送れなくなります。", ROOM),
    (About.RECORDS_ROOM, R): Words("{number}% を使っています。いま書類を送ることができません。", ROOM),
    (About.BLOBS, G): Words("応答しています。"),
    (About.BLOBS, R): Words("応答していません。書類の送信も受信もできません。", ADMIN),
    (About.BLOBS_ROOM, G): Words("{number}% を使っています。"),
    (About.BLOBS_ROOM, Y): Words("{number}% を使っています。まもなく書類を送れなくなります。", ROOM),
    (About.BLOBS_ROOM, R): Words("{number}% を使っています。いま書類を送ることができません。", ROOM),
    (About.DISK, G): Words("{number}% を使っています。"),
    (About.DISK, Y): Words("{number}% を使っています。", ROOM),
    (About.DISK, R): Words("{number}% を使っています。または、状態が分かりません。", ROOM),
    (About.CERTIFICATE, G): Words("あと {number} 日有効です。"),
    (About.CERTIFICATE, Y): Words(
        "あと {number} 日で切れます。", "サーバーの管理者に、証明書の更新（renkei certificate）を依頼してください。"
    ),
    (About.CERTIFICATE, R): Words(
        "残りは {number} 日です。または、証明書を読めません。切れると、画面を開けなくなります。",
        "サーバーの管理者に、証明書の更新（renkei certificate）をすぐに依頼してください。",
    ),
    (About.MAIL, G): Words("接続とログインができました。"),
    (About.MAIL, Y): Words(
        "設定されていないか、動いていません。事業所にワンタイムパスワードが届きません。",
        "サーバーの管理者に、メールサーバーの設定を依頼してください。",
    ),
    (About.MAIL, R): Words(
        "接続またはログインができません。メールは送られずに待っています。",
        "メールサーバーが動いているか、利用者とパスワードが変わっていないかを確かめてください。直ると自動で送られます。",
    ),
    (About.LETTERS, G): Words("長く待っているメールはありません。"),
    (About.LETTERS, Y): Words(
        "いちばん古いメールが {number} 分待っています。", "この表の「メールサーバー」を確かめてください。"
    ),
    (About.SCANNER, G): Words("動いています。定義ファイルは {number} 日前のものです。"),
    (About.SCANNER, Y): Words(
        "定義ファイルが {number} 日前のものです。新しいウイルスを見つけられません。",
        "サーバーの管理者に、定義ファイルの更新を依頼してください。",
    ),
    (About.SCANNER, R): Words(
        "応答していないか、設定されていません。検査が済むまで、書類は先へ進みません。",
        "サーバーの管理者に連絡してください。直ると、待っていた書類から自動で検査します。",
    ),
    (About.SCANNER, U): Words(
        "設定されていません。書類は、ウイルス検査をせずに受け付けています。",
        "必要なときは、サーバーの管理者に依頼してください。",
    ),
    (About.KITS, G): Words("{which} 用を作れます。"),
    (About.KITS, Y): Words(
        "{which} 用を作れないため、事業所のダウンロード画面に出ていません。",
        "サーバーの管理者に、足りないもの（renkei kit list）の用意を依頼してください。",
    ),
    (About.KITS, U): Words(
        "設定されていません。事業所は、インストーラーをダウンロードできません。",
        "サーバーの管理者に、設定を依頼してください。",
    ),
    (About.CLOCK, G): Words("合っています。"),
    (About.CLOCK, R): Words("過去に戻っています。正しくなるまで、だれもログインできません。", ADMIN),
    (About.JOURNAL, G): Words("{number} 日前に検証し、異常はありませんでした。"),
    (About.JOURNAL, Y): Words(
        "しばらく検証していません（{number} 日）。",
        "月に一度、サーバーの管理者に検証（renkei journal verify）を依頼してください。",
    ),
    (About.JOURNAL, R): Words(
        "{number} 日前の検証で、異常が見つかりました。",
        "記録をそのまま保ち、監査担当とサーバーの管理者にすぐ連絡してください。",
    ),
    (About.GATE, G): Words("応答しています。"),
    (About.GATE, Y): Words("応答していません。", ADMIN),
    (About.GATE, R): Words("通してよい接続だけを通す設定が、正しくありません。", ADMIN),
    (About.TUNNEL, G): Words("{which} は動いています。"),
    (About.TUNNEL, Y): Words(
        "{which} の接続先が変わりました。新しく作る端末用のプログラムには、前の接続先を書いています。",
        "心当たりがないときは、すぐにサーバーの管理者に連絡してください。",
    ),
    (About.TUNNEL, R): Words("{which} が応答していません。新しく接続できません。", ADMIN),
    (About.PLUGIN, G): Words("動いています。"),
    (About.PLUGIN, Y): Words("止められているか、起動できませんでした。", ADMIN),
    (About.PLUGIN, R): Words("動いていますが、不具合があります。", ADMIN),
    (About.HOLIDAYS, G): Words("あと {number} 日分あります。"),
    (About.HOLIDAYS, Y): Words(
        "あと {number} 日分しかありません。", "サーバーの管理者に、翌年の祝日の表への更新を依頼してください。"
    ),
    (About.KEY_COPIES, U): Words(
        "控えがあるかどうかは、システムからは分かりません。",
        "サーバーとは別の場所に控えがあり、それで復元できることを、年に一度確かめてください。鍵がないと、記録は二度と開けません。",
    ),
}
NEVER = Words(
    "一度も検証していません。", "月に一度、サーバーの管理者に検証（renkei journal verify）を依頼してください。"
)
