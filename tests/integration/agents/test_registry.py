"""The registry watches its file: valid changes take effect, and an invalid file leaves the last valid agents in use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat_app.agents.catalog import discovery
from chat_app.agents.catalog.registry import AgentRegistry
from chat_app.domain.errors import ConfigError

pytestmark = pytest.mark.anyio

AGENT = """
[[agents]]
key = "{key}"
name = "Ada"
color = "#b4552d"
model = "local:small"
"""


def write(path: Path, *keys: str) -> None:
    path.write_text("".join(AGENT.format(key=key) for key in keys))


def read(path: Path) -> bytes:
    return path.read_bytes()


def remove(path: Path) -> None:
    path.unlink()


class Changes:
    """Waits for notifications of a registry."""

    def __init__(self, registry: AgentRegistry) -> None:
        self.registry = registry
        self._told: asyncio.Queue[None] = asyncio.Queue()
        registry.subscribe(lambda: self._told.put_nowait(None))

    async def until_keys(self, *keys: str) -> None:
        await self._until(lambda: tuple(agent.key for agent in self.registry.list()) == keys)

    async def until_problem(self, problem: str) -> None:
        await self._until(lambda: problem in (self.registry.problem or ""))

    async def _until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not fact():
                await self._told.get()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "agents.toml"
    write(path, "ada")
    return path


@asynccontextmanager
async def watched(path: Path) -> AsyncGenerator[Changes]:
    async with AgentRegistry.watching(path, local_models={"small"}) as registry:
        yield Changes(registry)


async def test_agents_are_found_by_their_keys(path: Path) -> None:
    registry = AgentRegistry(path)
    assert [agent.key for agent in registry.list()] == ["ada"]
    assert registry.find("ada") == registry.list()[0]
    assert registry.find("nobody") is None


async def test_a_change_takes_effect_without_a_restart(path: Path) -> None:
    async with watched(path) as changes:
        write(path, "ada", "bea")
        await changes.until_keys("ada", "bea")
        write(path, "bea")
        await changes.until_keys("bea")


async def test_a_file_that_an_editor_replaces_is_followed(path: Path) -> None:
    async with watched(path) as changes:
        for key in ("bea", "cleo"):
            written = path.with_name(f".{key}.swp")
            write(written, key)
            written.replace(path)
            await changes.until_keys(key)


async def test_a_linked_file_is_followed_when_its_target_changes(tmp_path: Path) -> None:
    real = tmp_path / "real" / "settings.toml"
    link = tmp_path / "data" / "agents.toml"
    for path in (real, link):
        path.parent.mkdir()
    write(real, "ada")
    link.symlink_to(real)
    async with watched(link) as changes:
        for key in ("bea", "cleo"):
            write(real, key)
            await changes.until_keys(key)


async def test_a_mounted_configuration_is_followed_when_its_folder_is_swapped(tmp_path: Path) -> None:
    for name in ("ada", "bea", "cleo"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "agents.toml", name)
    (tmp_path / "..data").symlink_to("ada")
    link = tmp_path / "agents.toml"
    link.symlink_to("..data/agents.toml")
    async with watched(link) as changes:
        for name in ("bea", "cleo"):
            (tmp_path / "..new").symlink_to(name)
            (tmp_path / "..new").replace(tmp_path / "..data")
            await changes.until_keys(name)


async def test_an_invalid_file_keeps_the_last_valid_agents_and_is_reported(path: Path) -> None:
    async with watched(path) as changes:
        write(path, "ada", "Bea")
        await changes.until_problem("line 9, key: must begin with a lower-case letter")
        assert [agent.key for agent in changes.registry.list()] == ["ada"]
        write(path, "bea")
        await changes.until_keys("bea")
        assert changes.registry.problem is None


async def test_a_deleted_file_keeps_the_last_valid_agents_and_is_reported(path: Path) -> None:
    async with watched(path) as changes:
        remove(path)
        await changes.until_problem("can't be read")
        assert [agent.key for agent in changes.registry.list()] == ["ada"]


async def test_a_change_right_after_the_start_is_not_missed(path: Path) -> None:
    async with watched(path) as changes:
        # The watch has not begun yet: nothing has been awaited since the file was read.
        write(path, "bea")
        await changes.until_keys("bea")


async def test_subscribers_are_notified_only_of_changes_and_until_they_unsubscribe(path: Path) -> None:
    registry = AgentRegistry(path)
    heard: list[str] = []
    leave = registry.subscribe(lambda: heard.append(registry.list()[0].key))
    registry.reload()
    assert heard == []
    write(path, "bea")
    registry.reload()
    leave()
    write(path, "cleo")
    registry.reload()
    assert heard == ["bea"]


async def test_the_program_does_not_start_with_an_invalid_file(path: Path) -> None:
    write(path, "ada", "Bea")
    with pytest.raises(ConfigError, match="line 9, key"):
        async with AgentRegistry.watching(path):
            pytest.fail("it started")


async def test_the_first_start_writes_a_valid_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "SERVER_PORTS", ())
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    path = tmp_path / "agents.toml"
    async with AgentRegistry.watching(path) as registry:
        keys = [agent.key for agent in registry.list()]
    assert keys[0] == "anthropic"
    assert keys[-1] == "local"
    written = read(path)
    async with AgentRegistry.watching(path):
        assert read(path) == written
