"""The clock, and the table of tools."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic_ai.tools import Tool

from chat_app.agents.tools import TOOLS
from chat_app.agents.tools.clock import clock
from chat_app.domain.errors import Invalid

pytestmark = pytest.mark.anyio

ASSETS = Path(__file__).parents[3] / "assets"

_TIME = re.compile(r"(\w+), (\S+ \S+) \S+ \(UTC([+-]\d{4})\), time zone (\S+), week \d\d")


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"])
async def test_the_time_is_in_the_requested_time_zone(timezone: str) -> None:
    before = datetime.now(UTC)
    told = await clock(timezone)
    match = _TIME.fullmatch(told)
    assert match is not None, told
    moment = datetime.strptime(f"{match[2]} {match[3]}", "%Y-%m-%d %H:%M:%S %z")
    assert before - timedelta(seconds=1) <= moment <= datetime.now(UTC)
    assert match[1] == f"{moment:%A}"
    assert match[4] == timezone


async def test_without_a_time_zone_the_time_is_in_utc() -> None:
    assert "(UTC+0000)" in await clock()


@pytest.mark.parametrize(
    ("timezone", "hint"),
    [("berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("Europe/Berln", "Europe/Berlin")],
)
async def test_an_unknown_time_zone_is_refused_with_a_similar_name(timezone: str, hint: str) -> None:
    with pytest.raises(Invalid, match=hint):
        await clock(timezone)


@pytest.mark.parametrize("timezone", ["", "../../etc/passwd", "/etc/passwd", "Europe", "\0", "a" * 10_000])
async def test_a_time_zone_name_cannot_read_other_files(timezone: str) -> None:
    with pytest.raises(Invalid) as caught:
        await clock(timezone)
    assert "root:" not in caught.value.message
    assert len(caught.value.message) < 200


def icon_names() -> set[str]:
    """Return the names of the icons that the page can draw in the transcript."""
    script = (ASSETS / "lib" / "icon.jsx").read_text(encoding="utf-8")
    return set(re.findall(r"^  (\w+):", script, flags=re.MULTILINE))


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_a_description_for_the_model_and_a_title_and_icon_for_the_page(name: str) -> None:
    spec = TOOLS[name]
    assert spec.name == name
    schema = Tool(spec.function).function_schema
    assert schema.description
    properties = schema.json_schema["properties"]
    assert spec.subject in properties
    assert all(argument.get("description") for argument in properties.values())
    assert spec.title
    assert spec.running_title
    assert spec.icon in icon_names()
    assert inspect.iscoroutinefunction(spec.function)
