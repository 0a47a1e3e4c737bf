"""Finding model servers on this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from time import perf_counter

import pytest

from chat_app.agents.catalog.discovery import OWN_MODELS_OWNER, SERVER_PORTS, ServerPort, find_servers
from tests.support.http_server import HttpServer, Reply, http_server

pytestmark = pytest.mark.anyio


def listing(*names: str, owner: str = "library") -> Reply:
    models = [{"id": name, "object": "model", "owned_by": owner} for name in names]
    return Reply(body=json.dumps({"object": "list", "data": models}).encode())


def at(web: HttpServer, *, name: str = "Ollama", provider: str = "ollama") -> ServerPort:
    return ServerPort(name=name, provider=provider, port=web.port)


async def test_a_server_is_found_with_its_chat_models() -> None:
    replies = {"/v1/models": listing("qwen3:8b", "nomic-embed-text", "llama3.2")}
    async with http_server(dict(replies)) as web:
        [found] = await find_servers([at(web)])
    assert (found.provider, found.name) == ("ollama", "Ollama")
    assert found.base_url == f"http://127.0.0.1:{web.port}/v1"
    assert found.models == ("qwen3:8b", "llama3.2")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404, body=b'{"error": {"code": "not_found", "message": "x", "details": {}}}'),
        Reply(body=b"<html>hello</html>"),
        Reply(body=b'{"object": "list"}'),
        Reply(body=b'{"data": [{"id": "x"}]}'),
        Reply(status=302, headers={"location": "/elsewhere"}),
        listing(),
        listing("nomic-embed-text"),
        listing("evil\nkey = 1", 'quote"', "a b"),
        listing("ada", owner=OWN_MODELS_OWNER),
    ],
)
async def test_other_servers_and_our_own_models_are_ignored(reply: Reply) -> None:
    async with http_server({"/v1/models": reply, "/elsewhere": listing("x")}) as web:
        assert await find_servers([at(web)]) == ()


async def test_a_server_on_the_port_of_vllm_is_vllm_only_if_it_identifies_itself() -> None:
    async with http_server({"/v1/models": listing("m", owner="vllm")}) as web:
        [found] = await find_servers([at(web, name="vLLM", provider="vllm")])
        assert (found.provider, found.name) == ("vllm", "vLLM")
        web.replies["/v1/models"] = listing("m", owner="llamacpp")
        [found] = await find_servers([at(web, name="vLLM", provider="vllm")])
        assert (found.provider, found.name) == ("openai-chat", "Model server")


async def test_unresponsive_servers_use_the_timeout_once_and_hide_no_other_server() -> None:
    async def never() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    async with (
        http_server({"/v1/models": Reply(body=never())}) as silent,
        http_server({"/v1/models": Reply(body=never())}) as silent_too,
        http_server({"/v1/models": listing("m")}) as web,
    ):
        began = perf_counter()
        found = await find_servers([at(silent), at(silent_too), at(web)], seconds=0.3)
        assert perf_counter() - began < 3
    assert [one.base_url for one in found] == [f"http://127.0.0.1:{web.port}/v1"]


async def test_a_closed_port_has_no_server() -> None:
    async with http_server() as web:
        pass
    assert await find_servers([at(web)]) == ()


async def test_proxies_from_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with http_server() as proxy, http_server({"/v1/models": listing("m")}) as web:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert await find_servers([at(web)])
        assert proxy.connections == 0


def test_the_default_ports_of_known_servers_are_searched() -> None:
    assert {port.name: port.port for port in SERVER_PORTS} == {"Ollama": 11434, "LM Studio": 1234, "vLLM": 8000}
