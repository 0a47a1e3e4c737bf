"""Validation of agents, and the snapshots of agents that are stored with turns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chat_app.domain.agents import Agent, ModelSettings, model_label

NO_DEADLINE = settings(deadline=None)
"""Tests have no deadline, because a busy machine is not a failure."""


def an_agent(**values: Any) -> Agent:
    return Agent.model_validate(
        {"key": "ada", "name": "Ada", "color": "#b4552d", "model": "openai:gpt-6.1-sol", **values}
    )


@pytest.mark.parametrize("key", ["a", "ada", "a1-b2", "a" + "b" * 31])
def test_a_key_of_letters_digits_and_hyphens_is_accepted(key: str) -> None:
    assert an_agent(key=key).key == key


@pytest.mark.parametrize("key", ["", "A", "1a", "-a", "a_b", "a b", "a/b", "ä", "a\n", "a" * 33])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        an_agent(key=key)


@pytest.mark.parametrize("color", ["red", "#fff", "#12345", "#1234567", "#12345g", "b4552d", "#b4552d;}"])
def test_an_invalid_color_is_refused(color: str) -> None:
    with pytest.raises(ValidationError):
        an_agent(color=color)


@pytest.mark.parametrize(
    "base_url",
    [
        "ftp://example.com",
        "example.com/v1",
        "http://",
        "http://user:secret@example.com/v1",
        "http://example.com/v1?key=secret",
        "http://example.com/v1#x",
        "http://example.com:99999/v1",
    ],
)
def test_a_base_url_that_is_invalid_or_contains_secrets_is_refused(base_url: str) -> None:
    with pytest.raises(ValidationError):
        an_agent(base_url=base_url)


@pytest.mark.parametrize("name", ["sk-proj-abcdefgh", "openai_api_key", "1KEY", "A B", ""])
def test_a_key_name_that_is_not_a_variable_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        an_agent(api_key_env=name)


@pytest.mark.parametrize("model", ["gpt-6.1-sol", "openai:", ":x", "OpenAI:x", "openai:a b", "openai:a\n"])
def test_an_invalid_model_id_is_refused(model: str) -> None:
    with pytest.raises(ValidationError):
        an_agent(model=model)


@pytest.mark.parametrize(
    ("model", "label"),
    [
        ("local:qwen2.5-coder-0.5b", "Qwen2.5 Coder 0.5B"),
        ("local:smollm2-135m", "SmolLM2 135M"),
        ("anthropic:claude-sonnet-5", "Sonnet 5"),
        ("anthropic:claude-sonnet-5-5", "Sonnet 5.5"),
        ("anthropic:claude-haiku-4-5-20251001", "Haiku 4.5"),
        ("openai:gpt-6.1-sol", "gpt-6.1-sol"),
        ("ollama:qwen3:8b", "qwen3:8b"),
        ("openrouter:openai/gpt-oss-120b", "gpt-oss-120b"),
    ],
)
def test_a_model_has_a_short_name_for_people(model: str, label: str) -> None:
    assert model_label(model) == label


@pytest.mark.parametrize(
    ("values", "here"),
    [
        ({"model": "local:qwen2.5-coder-0.5b"}, True),
        ({"base_url": "http://127.0.0.1:11434/v1"}, True),
        ({"base_url": "http://[::1]:8000/v1"}, True),
        ({"base_url": "http://localhost/v1"}, True),
        ({"base_url": "http://localhost.example.com/v1"}, False),
        ({"base_url": "http://10.0.0.5/v1"}, False),
        ({}, False),
    ],
)
def test_an_agent_knows_whether_its_model_runs_on_this_machine(values: dict[str, Any], here: bool) -> None:
    assert an_agent(**values).on_this_machine is here


model_settings = st.builds(
    ModelSettings,
    temperature=st.none() | st.floats(0, 2),
    top_p=st.none() | st.floats(0.01, 1),
    max_tokens=st.none() | st.integers(1, 10**6),
    seed=st.none() | st.integers(0, 2**31),
    thinking=st.none() | st.booleans() | st.sampled_from(["low", "high"]),
    context_window=st.none() | st.integers(512, 10**7),
)
agents = st.builds(
    Agent,
    key=st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True),
    name=st.text(min_size=1, max_size=60).filter(lambda name: bool(name.strip())),
    color=st.from_regex(r"#[0-9a-f]{6}", fullmatch=True),
    model=st.just("openai:gpt-6.1-sol"),
    base_url=st.none() | st.just("http://127.0.0.1:1234/v1"),
    api_key_env=st.none() | st.just("OPENAI_API_KEY"),
    instructions=st.text(max_size=200),
    greeting=st.text(max_size=200),
    tools=st.lists(st.sampled_from(["clock", "calculator"])).map(tuple),
    settings=model_settings,
)


@NO_DEADLINE
@given(agents)
def test_a_snapshot_is_read_as_the_same_agent(agent: Agent) -> None:
    assert Agent.model_validate_json(agent.model_dump_json()) == agent
    assert Agent.model_validate(agent.model_dump(mode="json")) == agent


def test_a_snapshot_of_a_newer_version_can_be_read() -> None:
    raw = {**an_agent().model_dump(mode="json"), "mood": "sunny"}
    assert Agent.model_validate(raw) == an_agent()
