# SPDX-License-Identifier: Apache-2.0
"""The listener of the figures: one path, one method, its own port."""

from types import SimpleNamespace

import aiohttp
import pytest

from appliance.metrics.endpoint import _bound, serve
from appliance.metrics.registry import Metrics


async def test_the_figures_are_served_on_a_port_of_their_own() -> None:
    metrics = Metrics(process=False)
    metrics.gauge("answer", "The answer").set(42)
    async with serve(metrics, "127.0.0.1:0") as address, aiohttp.ClientSession() as client:
        assert not address.endswith(":0")
        async with client.get(f"http://{address}/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            assert "renkei_answer 42.0" in await answer.text()


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metricsx", "/..%2fmetrics", "/favicon.ico", "//metrics"])
async def test_nothing_else_is_there(path: str) -> None:
    async with (
        serve(Metrics(process=False), "127.0.0.1:0") as address,
        aiohttp.ClientSession() as client,
        client.get(f"http://{address}{path}") as answer,
    ):
        assert answer.status == 404
        assert "renkei_" not in await answer.text()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_the_figures_can_only_be_read(method: str) -> None:
    async with (
        serve(Metrics(process=False), "127.0.0.1:0") as address,
        aiohttp.ClientSession() as client,
        client.request(method, f"http://{address}/metrics", data=b"x") as answer,
    ):
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(("bound", "shown"), [(("::1", 9, 0, 0), "[::1]:9"), (("10.0.0.1", 9), "10.0.0.1:9")])
def test_an_address_of_ipv6_is_shown_in_brackets(bound: tuple[object, ...], shown: str) -> None:
    runner = SimpleNamespace(addresses=[bound])
    assert _bound(runner) == shown  # type: ignore[arg-type]


async def test_switched_off_nothing_listens() -> None:
    async with serve(Metrics(process=False), "") as address:
        assert address == ""


async def test_after_the_context_the_port_is_free_again() -> None:
    async with serve(Metrics(process=False), "127.0.0.1:0") as address:
        pass
    async with serve(Metrics(process=False), address) as again:
        assert again == address


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with serve(Metrics(process=False), "127.0.0.1:0") as address:
        with pytest.raises(OSError, match="in use"):
            async with serve(Metrics(process=False), address):
                pytest.fail("two on one port")
