# SPDX-License-Identifier: Apache-2.0
"""The forms about the fund's staff (A46). Each is a proposal, unless it is an emergency."""

from appliance.web.forms import Choice, Field, Form, FormPage, Shape

ROLES = (
    Choice("fund_clerk", "業務担当", "帳票の配信と受け取り"),
    Choice("fund_releaser", "承認者", "配信の承認"),
    Choice("fund_desk", "窓口", "ログイン停止の解除と初期化。書類は開けません"),
    Choice("fund_system", "システム担当", "職員の管理。別のシステム担当と二人で行います"),
    Choice("fund_auditor", "監査", "見るだけで、何も変えられません"),
)
LOGIN = Field("login", "職員ID", "半角の英字・数字・「.」「-」「_」で 3〜32 文字", autocomplete="off", most=64)
FIXED_LOGIN = Field("login", "職員ID", shape=Shape.FIXED)
FIXED_NAME = Field("name", "氏名", shape=Shape.FIXED)
NAME = Field("name", "氏名", "50 文字まで", most=100)
MAIL = Field("mail", "メールアドレス", "例: hanako@example.jp", inputmode="email", most=254)
ROLE = Field("role", "役割", shape=Shape.RADIO, choices=ROLES)
REASON = Field("reason", "理由", "承認する人に見え、履歴に残ります。", most=300)
EMERGENCY = Field(
    "emergency",
    "緊急のため、もう一人の承認を待たずに行う",
    "監査とシステム担当の全員にメールで知らせ、履歴に「緊急の単独操作」として残ります。"
    "もう一人と連絡が取れず、待つと業務が止まるときだけ使ってください。",
    shape=Shape.TICK,
)
WAITS = "「提案する」を押すと、もう一人のシステム担当の承認を待ちます。24 時間のうちに承認されると実行されます。"
SHOWN_AT_THE_END = "初期パスワードは、承認した人の画面に一度だけ表示されます。"

ADD = FormPage(
    "職員を追加する",
    Form("/staff/new", (LOGIN, NAME, MAIL, ROLE, REASON, EMERGENCY), "提案する"),
    (WAITS, SHOWN_AT_THE_END),
    "staff",
    "/staff",
)
CHANGE = FormPage(
    "職員の情報を変更する",
    Form("/staff/{account}", (FIXED_LOGIN, NAME, MAIL, ROLE, REASON, EMERGENCY), "変更を提案する"),
    (WAITS, "役割を変えると、その職員の接続はすべて終わり、もう一度ログインしていただきます。"),
    "staff",
    "/staff",
)
RESET = FormPage(
    "職員を初期化する",
    Form("/staff/{account}/reset", (FIXED_LOGIN, FIXED_NAME, REASON, EMERGENCY), "初期化を提案する"),
    (
        "パスワードを忘れたとき、認証アプリを入れた機器をなくしたときに使います。"
        "今のパスワードと認証アプリの登録は使えなくなり、接続はすべて終わります。",
        WAITS,
        SHOWN_AT_THE_END,
    ),
    "staff",
    "/staff",
)
REMOVE = FormPage(
    "職員を削除する",
    Form("/staff/{account}/remove", (FIXED_LOGIN, FIXED_NAME, REASON, EMERGENCY), "削除を提案する"),
    ("削除された職員はログインできなくなり、元に戻せません。これまでの履歴は残ります。", WAITS),
    "staff",
    "/staff",
)
