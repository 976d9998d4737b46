# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus reads all tiers while the story plays; an alarm fires, and a real Alertmanager delivers it."""

import re
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.monitoring.reading import HISTOGRAM, expressions, figures_in, listed
from tests.monitoring.watching import PROCESSES, Watched, watched
from tests.personal import quoted
from tests.story.people import CLERK, DESK, FOUNDERS, SHAROSHI

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="module")]

TYPE = re.compile(r"^# TYPE (\w+) \w+$", re.MULTILINE)
VALUE = re.compile(r'[{,](?!le=)\w+="([^"]*)"')
MOST_SERIES = 8_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    for name in ("prometheus", "prometheus-alertmanager"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed: `make apt`")
    async with watched(tmp_path_factory.mktemp("watched")) as made:
        yield made


def typed(text: str) -> set[str]:
    """The figures of a scrape."""
    return set(TYPE.findall(text))


async def test_every_process_is_read(seen: Watched) -> None:
    found = await seen.until('count by (process) (max_over_time(up{job="renkei"}[1h]) == 1)')
    assert {one["metric"]["process"] for one in found} == set(PROCESSES)


async def test_every_figure_of_the_list_is_there_and_no_other(seen: Watched) -> None:
    there = {name for text in seen.scraped.values() for name in typed(text) if name.startswith("renkei_")}
    own = {name for name in there if name.startswith("renkei_plugin_") and name not in listed()}
    made = {name for name in there if name.endswith("_created")}
    assert there - own - made == listed().keys()


async def test_every_figure_of_the_dashboard_is_there(seen: Watched) -> None:
    there = {HISTOGRAM.sub("", name) for text in seen.scraped.values() for name in typed(text)}
    asked = {HISTOGRAM.sub("", name) for expr in expressions().values() for name in figures_in(expr)}
    assert asked <= there


async def test_the_story_is_seen_in_the_figures(seen: Watched) -> None:
    for expr in (
        'max_over_time(renkei_acts_total{kind="sign_in",result="done"}[1h]) > 3',
        'max_over_time(renkei_acts_total{kind="notice.delivered"}[1h]) > 0',
        "max_over_time(renkei_documents_taken_bytes_total[1h]) > 1000",
        "max_over_time(renkei_documents_given_bytes_total[1h]) > 1000",
        'max_over_time(renkei_doorman_verdicts_total{verdict="passed"}[1h]) > 0',
        'max_over_time(renkei_letter_seconds_count{urgent="yes"}[1h]) > 0',
        'max_over_time(renkei_link_connections{site="portal"}[1h]) > 0',
        'max_over_time(renkei_live_connected{site="portal"}[1h]) == 1',
        "max_over_time(renkei_journal_signed_entries[1h]) > 50",
    ):
        assert await seen.until(expr), expr


async def test_no_label_names_anybody_and_series_are_few(seen: Watched) -> None:
    people = (*FOUNDERS.values(), SHAROSHI, CLERK, DESK)
    words = {word for one in people for word in (one.name, one.kana, one.mail, one.user, one.contract) if word}
    for process, text in seen.scraped.items():
        values = "\n".join(VALUE.findall(text))
        assert quoted(values, words) == [], process
        assert len([line for line in text.splitlines() if line and line[0] != "#"]) < MOST_SERIES, process


async def test_every_expression_of_the_dashboard_is_answered(seen: Watched) -> None:
    for where, expr in expressions().items():
        assert isinstance(await seen.query(expr), list), where


async def test_a_gate_that_is_gone_wakes_somebody(seen: Watched) -> None:
    await seen.stop("gate")
    [down] = await seen.until('ALERTS{alertname="RenkeiDown",alertstate="firing"}')
    assert down["metric"]["process"] == "gate"
    told = await seen.told("RenkeiDown")
    assert (told["receiver"], told["labels"]["process"], told["status"]) == ("pages", "gate", "firing")
    assert told["annotations"]["summary"] == "gate of Renkei Gateway does not answer"
    assert told["annotations"]["runbook_url"].endswith("/runbooks/RenkeiDown.md")
    assert (await seen.told("RenkeiGateAway"))["receiver"] == "tickets", "the vault has noticed as well"
