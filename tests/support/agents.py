"""Writes agents files for tests: `echo` repeats each message, `player` plays the script of the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ECHO = "echo"
PLAYER = "player"
SCRIPT = "script.json"
"""File name of the player's script in the data folder."""


def write_agents(folder: Path) -> Path:
    """Write the agents file of a test's installation and return its path."""
    write_script(folder, [{"times": None, "chunks": [{"text": "Yes."}]}])
    path = folder / "agents.toml"
    path.write_text(
        f"""
        [[agents]]
        key = "{ECHO}"
        name = "Echo"
        color = "#5b6ee1"
        model = "scripted:echo"
        description = "Says it again"

        [[agents]]
        key = "{PLAYER}"
        name = "Player"
        color = "#b4552d"
        model = "scripted:{folder / SCRIPT}"
        instructions = "Play your part."
        tools = ["calculator", "clock"]
        greeting = "Hello. What shall we do?"
        """,
        encoding="utf-8",
    )
    return path


def write_script(folder: Path, steps: list[dict[str, Any]], **options: Any) -> None:
    """Write what the player says; titles are answered apart, so that a test need not care about them."""
    title = {"on": {"instructions": "Name the topic"}, "times": None, "chunks": [{"text": "A title"}]}
    script = {"steps": [title, *steps], **options}
    # Replaced as a whole: a title of an earlier answer may be read at the same moment.
    part = folder / f"{SCRIPT}.part"
    part.write_text(json.dumps(script), encoding="utf-8")
    part.replace(folder / SCRIPT)
