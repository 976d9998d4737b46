# SPDX-License-Identifier: Apache-2.0
"""The shipped kinds of documents, and what a fund makes of them."""

import tomllib
from pathlib import Path

import pytest

from appliance.config.catalogue import catalogue_of, default_catalogue, parsed, years_of
from appliance.config.decode import ConfigError
from appliance.config.load import parse
from appliance.config.settings import Settings, Vault
from appliance.model.documents import Catalogue, Direction, Frequency, Retention
from appliance.model.words import Format


def changed(text: str) -> Catalogue:
    """The catalogue of a fund whose configuration is text."""
    return catalogue_of(parse(text, Path("config.toml")))


def names(direction: Direction, *, by_post: bool = False) -> list[str]:
    return [found.name for found in default_catalogue().of(direction, by_post=by_post)]


# --- shipped ------------------------------------------------------------------------------------------------------


def test_the_filings_of_the_sources_are_there() -> None:
    assert names(Direction.TO_FUND) == [  # R130, R137
        "加入者資格取得届",
        "加入者資格喪失届",
        "中断者届",
        "復活者届",
        "加入者に関する訂正(変更)届",
        "実施事業所名称・所在地・事業主・代理人変更届",
        "基準給与変更届",
    ]


def test_what_bears_a_seal_goes_by_post() -> None:
    assert names(Direction.TO_FUND, by_post=True) == ["年金・一時金見込額試算依頼書", "年金資産額等依頼書"]  # R131
    assert names(Direction.TO_OFFICE, by_post=True) == [  # R170
        "私たちの企業年金基金(加入者のしおり)",
        "各種訂正届の控え",
        "仮想個人勘定残高のお知らせ(個票)",
    ]


def test_the_notices_of_both_funds_are_there() -> None:
    assert names(Direction.TO_OFFICE) == [
        *("加入者一覧", "納入告知金額通知書", "領収証書", "掛金増減計算書"),  # R150 to R153
        *("加入者異動明細書", "適用決定通知書", "脱退一時金繰下げ者一覧", "仮想個人勘定残高一覧"),  # R154 to R157
        *("企業年金基金ニュース", "資格取得通知書", "資格喪失通知書", "65歳到達予定者一覧表"),  # R160 to R163
        *("基礎年金番号届", "中断者一覧表", "掛金計算書", "掛金異動明細表"),  # R164 to R167
        *("納入告知書・領収証書", "仮想個人勘定残高データ"),  # R168, R169
    ]


def test_two_explain_what_is_debited() -> None:
    explaining = [found.id for found in default_catalogue() if found.explains == ("payment_notice",)]
    assert explaining == ["contribution_change", "member_change"]  # R158


def test_filings_are_pdfs_and_one_list_is_csv_only() -> None:
    assert {found.formats for found in default_catalogue().of(Direction.TO_FUND)} == {(Format.PDF,)}  # R132
    assert default_catalogue().types["balance_data"].formats == (Format.CSV,)  # R169


def test_what_is_imported_and_when_balances_come() -> None:
    assert [found.id for found in default_catalogue() if found.importer] == ["member_list", "balance_list"]
    balances = default_catalogue().types["balance_list"]
    assert (balances.frequency, balances.months) == (Frequency.IN_MONTHS, (2, 8))  # R157


def test_the_two_with_a_deadline_by_law() -> None:
    assert [found.id for found in default_catalogue() if found.statutory] == ["acquisition", "loss"]  # A50


def test_what_taxes_may_depend_on_is_kept_longer() -> None:
    taxed = {found.id for found in default_catalogue() if found.retention is Retention.TAX}
    assert taxed == {
        "payment_notice",
        "receipt",
        "contribution_change",
        "contribution_statement",
        "payment_and_receipt",
    }
    vault = Vault(retention_years=8)
    assert years_of(vault, Retention.STANDARD) == 8
    assert years_of(vault, Retention.TAX) == 10  # A16


# --- changed ------------------------------------------------------------------------------------------------------


def test_a_fund_that_changes_nothing_has_what_is_shipped() -> None:
    assert catalogue_of(Settings()) == default_catalogue()


def test_a_single_key_is_changed_and_all_others_stay() -> None:
    receipt = changed('[documents.receipt]\nname = "領収書"\nformats = ["pdf", "csv"]\n').types["receipt"]
    assert (receipt.name, receipt.formats) == ("領収書", (Format.PDF, Format.CSV))
    assert (receipt.frequency, receipt.retention) == (Frequency.MONTHLY, Retention.TAX)


def test_false_and_empty_are_values_as_all_others() -> None:
    kinds = changed("[documents.acquisition]\nstatutory = false\naliases = []\n")
    assert kinds.types["acquisition"].statutory is False and kinds.types["acquisition"].aliases == ()


def test_a_kind_of_the_funds_own_comes_last() -> None:
    kinds = changed('[documents.survey]\nname = "調査票"\ndirection = "to_office"\n')
    assert kinds.of(Direction.TO_OFFICE)[-1].name == "調査票"


def test_what_is_taken_away_is_not_sent_and_keeps_its_name() -> None:
    kinds = changed("[documents.suspension]\noffered = false\n")
    assert kinds.sent("suspension", Direction.TO_FUND) is None
    assert "suspension" not in {found.id for found in kinds}
    assert kinds.name_of("suspension") == "中断者届"


def test_a_name_of_what_is_taken_away_is_free() -> None:
    kinds = changed(
        '[documents.receipt]\noffered = false\n[documents.mine]\nname = "領収証書"\ndirection = "to_office"'
    )
    assert [found.id for found in kinds if found.name == "領収証書"] == ["mine"]


# --- refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[documents.mine]\nname = '届'", r"\[documents\.mine\]: .* the key `direction` is needed; add it"),
        ("[documents.aquisition]\nstatutory = true", "the key `name` is needed"),
        (
            "[documents.mine]\nname = '中断者届'\ndirection = 'to_fund'",
            "中断者届 is a name of `suspension` already",
        ),
        ("[documents.mine]\nname = '中断届'\ndirection = 'to_office'", "中断届 is a name of `suspension`"),
        ("[documents.loss]\naliases = ['ﾁｭｳﾀﾞﾝ届', '復活届']", "`reinstatement`|`loss`"),
        ("[documents.loss]\naliases = ['６５歳到達予定者一覧表']", "`loss` already"),
        ("[documents.loss]\nname = ''", "`name` must have 1 to 60 signs"),
        (f"[documents.loss]\naliases = ['{'長' * 61}']", "`aliases` must have 1 to 60 signs"),
        ("[documents.loss]\nname = '喪失_届'", "`name` cannot be '喪失_届'"),
        ("[documents.loss]\nname = '喪失　届'", "no blanks"),
        ("[documents.loss]\nname = '喪失届.pdf'", "dots"),
        ('[documents.loss]\nname = "喪失\\u200b届"', "`name` cannot be"),
        ("[documents.loss]\nformats = []", "`formats` is empty"),
        ("[documents.loss]\nformats = ['doc']", "`formats` cannot be 'doc'"),
        ("[documents.balance_list]\nmonths = [0]", "`months` must be numbers from 1 to 12"),
        ("[documents.balance_list]\nmonths = []", "`months` goes with"),
        ("[documents.receipt]\nmonths = [1]", "`months` goes with"),
        ("[documents.receipt]\nexplains = ['payment']", "`explains` names `payment`, which is no kind"),
        ("[documents.Mine]\nname = '届'\ndirection = 'to_fund'", "`Mine` is no id"),
        ("[documents.loss]\nalias = []", "unknown key `alias`; did you mean `aliases`"),
        ("[documents.loss]\ndirection = 'to_office'", "goes to_fund, .* leave `direction` out"),
        ("[documents.loss]\nby_post = 1", "`by_post` must be true or false"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        changed(text)
    assert str(caught.value).startswith("config.toml: [documents.")


def test_a_table_may_say_again_which_way_its_kind_goes() -> None:
    kinds = changed("[documents.loss]\ndirection = 'to_fund'\nstatutory = false")
    assert (kinds.types["loss"].direction, kinds.types["loss"].statutory) == (Direction.TO_FUND, False)


def test_a_name_twice_in_one_kind_is_none_of_anybody_else() -> None:
    kinds = changed("[documents.loss]\naliases = ['資格喪失届', '資格喪失届']")
    assert kinds.types["loss"].aliases == ("資格喪失届", "資格喪失届")


def test_a_fault_in_the_shipped_file_would_be_noticed() -> None:
    tables = tomllib.loads('[a]\nname = "届"\ndirection = "to_fund"\n[b]\nname = "届"\ndirection = "to_office"')
    with pytest.raises(ConfigError, match=r"\[documents\.b\]: 届 is a name of `a` already"):
        parsed(tables)
