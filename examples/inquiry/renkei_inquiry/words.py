# SPDX-License-Identifier: Apache-2.0
"""The words of the pages, in Japanese and English, and how an instant is written."""

from collections.abc import Callable

from appliance.model.time import Instant, in_japan

Say = Callable[..., str]
ENGLISH = {
    "お問い合わせ": "Inquiries",
    "基金への質問と、その回答": "Questions to the fund, and its answers",
    "事業所からの質問と、その回答": "Questions of the offices, and their answers",
    "基金への質問を送り、回答を確かめる画面です。回答が届くと、ここに「回答済」と表示します。": (
        "Here you ask the fund and see its answers. Once it has answered, the question says so."
    ),
    "回答を待っているお問い合わせを、古いものから順に表示しています。": (
        "Questions that wait for an answer, the oldest first."
    ),
    "すべてのお問い合わせを、新しいものから順に表示しています。": "All questions, the newest first.",
    "お問い合わせの一覧": "List of questions",
    "件名": "Subject",
    "状態": "State",
    "送信日時": "Sent",
    "事業所": "Office",
    "待ち": "Waiting",
    "{days} 営業日": "{days} business days",
    "受付": "received",
    "回答済": "answered",
    "回答済（未確認）": "answered, not confirmed",
    "まだお問い合わせはありません。": "There are no questions yet.",
    "「新しいお問い合わせ」から質問を送ると、ここに状態と回答が並びます。": (
        "Ask one by “New question”; its state and its answer will be here."
    ),
    "回答を待っているお問い合わせはありません。": "No question waits for an answer.",
    "事業所から質問が届くと、ここに古いものから順に並びます。": (
        "When an office asks, its question will be here, the oldest first."
    ),
    "新しいお問い合わせ": "New question",
    "すべて表示": "Show all",
    "未回答だけ表示": "Show what is open",
    "次のページ": "Next page",
    "一覧へ戻る": "Back to the list",
    "基金の担当者が読み、この画面でお答えします。個人番号（マイナンバー）は書かないでください。": (
        "The staff of the fund read it and answer on these pages. Do not write any Individual Number here."
    ),
    "対象の書類": "About",
    "内容": "Question",
    "{most} 文字まで": "At most {most} characters",
    "送信する": "Send",
    "お問い合わせを送信しました。": "Your question has been sent.",
    "基金が回答すると、「お問い合わせ」に表示されます。": "You will find the answer of the fund under “Inquiries”.",
    "回答を送信しました。": "Your answer has been sent.",
    "事業所の「お問い合わせ」に表示されます。": "The office finds it under “Inquiries”.",
    "送信した人": "Sent by",
    "回答": "Answer",
    "回答日時": "Answered",
    "回答した人": "Answered by",
    "まだ回答はありません。": "There is no answer yet.",
    "回答を確認しました": "I have read the answer",
    "回答する": "Answer",
    "件名を入力してください。": "Write a subject.",
    "件名は 100 文字以内で入力してください。": "The subject has at most 100 characters.",
    "内容を入力してください。": "Write your question.",
    "内容は 2000 文字以内で入力してください。": "The question has at most 2000 characters.",
    "回答を入力してください。": "Write an answer.",
    "回答は 2000 文字以内で入力してください。": "The answer has at most 2000 characters.",
    "このお問い合わせには、すでに回答があります。": "Somebody has answered this question already.",
}


def speaker(language: str) -> Say:
    """Says a text in "ja" or "en", its {places} filled."""

    def say(text: str, **values: object) -> str:
        said = ENGLISH.get(text, text) if language == "en" else text
        for name, value in values.items():
            said = said.replace(f"{{{name}}}", str(value))
        return said

    return say


def moment(at: Instant, language: str) -> str:
    """2026年6月9日 10:05, or 2026-06-09 10:05."""
    day = in_japan(at)
    written = f"{day:%Y-%m-%d}" if language == "en" else f"{day.year}年{day.month}月{day.day}日"
    return f"{written} {day:%H:%M}"
