"""The agents file: what is accepted, and how a mistake is reported."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.agents.catalog.agent_defaults import COLORS, default_color
from chat_app.agents.catalog.agents_file import MAX_FILE_BYTES, load_agents, parse_agents
from chat_app.agents.catalog.default_file import default_file_text, write_default_file
from chat_app.agents.catalog.discovery import Discovered, DiscoveredKey, DiscoveredServer
from chat_app.agents.catalog.toml_positions import line_of, positions
from chat_app.agents.models.key_names import key_names_for
from chat_app.agents.models.model_ids import ModelRules
from chat_app.agents.tools import TOOLS
from chat_app.domain.agents import Agent
from chat_app.domain.errors import ConfigError

NO_DEADLINE = settings(deadline=None)
"""Tests have no deadline, because a busy machine is not a failure."""

LOCAL = {"qwen2.5-coder-0.5b", "smollm2-135m"}
PATH = Path("agents.toml")

GOOD = """\
# who answers
[[agents]]
key = "ada"
name = "Ada"
color = "#B4552D"
model = "openai:gpt-6.1-sol"
api_key_env = "MY_KEY"
instructions = \"\"\"
Be kind.
[[not a header]]
\"\"\"
tools = [
  "clock", # when
  "calculator",
]

[agents.settings]
temperature = 0
max_tokens = 1000

[[agents]]
key = "local"
name = "Local"
color = "#2d8a74"
model = "local:qwen2.5-coder-0.5b"
"""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parse(text: str, *, rules: ModelRules | None = None) -> tuple[Agent, ...]:
    return parse_agents(text, path=PATH, tools=TOOLS.keys(), rules=rules or ModelRules(local_models=LOCAL))


def problems(text: str, *, rules: ModelRules | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(ConfigError) as caught:
        parse(text, rules=rules)
    assert caught.value.code == "agents_file"
    return [(one["line"], one["field"], one["message"]) for one in caught.value.details["problems"]]


def test_a_valid_file_returns_its_agents_in_order() -> None:
    ada, local = parse(GOOD)
    assert (ada.key, ada.color, ada.tools) == ("ada", "#b4552d", ("clock", "calculator"))
    assert ada.instructions == "Be kind.\n[[not a header]]\n"
    assert (ada.settings.temperature, ada.settings.max_tokens) == (0, 1000)
    assert local.model == "local:qwen2.5-coder-0.5b"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ('color = "#B4552D"', 'color = "red"', 5, "color", "six hexadecimal digits"),
        ('key = "ada"', 'key = "Ada"', 3, "key", "lower-case letter"),
        ('key = "ada"\n', "", 2, "key", "is missing"),
        ('name = "Ada"', "name = 7", 4, "name", "text in quotation marks"),
        ('name = "Ada"', 'name = "  "', 4, "name", "must not be empty"),
        ('name = "Ada"', f'name = "{"x" * 61}"', 4, "name", "at most 60 characters"),
        ("instructions = ", "instrucions = ", 8, "instrucions", "did you mean instructions?"),
        ('name = "Ada"', 'name = "Ada"\ntemperature = 1', 5, "temperature", "[agents.settings]"),
        ("temperature = 0", 'temperature = "0"', 18, "settings.temperature", "must be a number"),
        ("temperature = 0", "temperature = 3", 18, "settings.temperature", "less than or equal to 2"),
        ("temperature = 0", "temprature = 0", 18, "settings.temprature", "did you mean temperature?"),
        ("max_tokens = 1000", "max_tokens = 0", 19, "settings.max_tokens", "greater than or equal to 1"),
        (
            'key = "ada"',
            'key = "ada"\nreaders = ["boss"]',
            4,
            "readers",
            "a role (owner, admin, member, viewer) or",
        ),
        ('key = "ada"', 'key = "ada"\nwriters = "member"', 4, "writers", "must be a list"),
        ('key = "ada"', 'key = "ada"\nreaders = [1]', 4, "readers", "text in quotation marks"),
        ('key = "ada"', 'key = "ada"\nwriter = ["member"]', 4, "writer", "did you mean writers?"),
        ('"calculator",', '"calulator",', 12, "tools", "did you mean calculator?"),
        ('key = "local"', 'key = "ada"', 22, "key", "another agent already has the key 'ada'"),
        ("gpt-6.1-sol", "gpt 6", 6, "model", "must be provider:name"),
        ("openai:gpt-6.1-sol", "opanai:gpt", 6, "model", "did you mean openai?"),
        ("openai:gpt-6.1-sol", "google:gemini", 6, "model", "pydantic-ai-slim[google]"),
        ("coder-0.5b", "coder-5b", 25, "model", "did you mean qwen2.5-coder-0.5b?"),
        ("local:qwen2.5-coder-0.5b", "scripted:x.json", 25, "model", "CHAT_APP_ALLOW_SCRIPTED"),
        ('color = "#2d8a74"', 'color = "#2d8a74"\nbase_url = "x"', 25, "base_url", "http:// or https://"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_field(old: str, new: str, line: int, field: str, words: str) -> None:
    assert GOOD.count(old) == 1
    [(at, named, message)] = problems(GOOD.replace(old, new))
    assert (at, named) == (line, field)
    assert words in message


def test_an_agent_needs_only_a_key_and_a_model() -> None:
    [agent] = parse('[[agents]]\nkey = "code-review"\nmodel = "openai:gpt-6.1-sol"\n')
    assert (agent.name, agent.color) == ("Code review", "#bb3ebb")
    assert key_names_for(agent, agent.model) == ("OPENAI_API_KEY",)
    assert (agent.instructions, agent.tools, agent.readers, agent.writers) == ("", (), ("viewer",), ("member",))


@pytest.mark.parametrize("key", ["Ada", "", "-", "7", "x" * 61])
def test_a_wrong_key_is_the_only_mistake_that_is_reported(key: str) -> None:
    assert [field for _, field, _ in problems(f'[[agents]]\nkey = "{key}"\nmodel = "openai:a"\n')] == ["key"]


@pytest.mark.parametrize("color", COLORS)
def test_white_text_is_readable_on_every_default_color(color: str) -> None:
    assert contrast(color, "#ffffff") >= 4.5
    assert contrast(color, "#111111") >= 3


@given(st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True))
def test_every_key_has_a_default_name_and_the_same_color_every_time(key: str) -> None:
    [agent] = parse(f'[[agents]]\nkey = "{key}"\nmodel = "openai:a"\n')
    assert agent.name
    assert agent.color == default_color(key)
    assert agent.color in COLORS


def test_an_agent_that_an_older_version_stored_can_be_read() -> None:
    stored = """{"key":"ada","name":"Ada","color":"#b4552d","model":"openai:gpt-6.1-sol","base_url":null,
    "api_key_env":"MY_KEY","description":"","instructions":"","tools":["clock"],"greeting":"","readers":["viewer"],
    "writers":["member"],"settings":{"temperature":null,"top_p":null,"max_tokens":null,"seed":null,"thinking":null,
    "context_window":null}}"""
    agent = Agent.model_validate_json(stored)
    assert (agent.key, agent.name, agent.color, agent.tools) == ("ada", "Ada", "#b4552d", ("clock",))


def test_readers_and_writers_are_converted_to_lower_case() -> None:
    people = 'readers = ["Member", " Ada@Example.com"]\nwriters = []'
    ada, local = parse(GOOD.replace('name = "Ada"', f'name = "Ada"\n{people}'))
    assert (ada.readers, ada.writers) == (("member", "ada@example.com"), ())
    assert (local.readers, local.writers) == (("viewer",), ("member",))


def test_every_mistake_is_reported_in_one_message() -> None:
    text = GOOD.replace('"#B4552D"', '"red"').replace('"Local"', "1")
    assert [(line, field) for line, field, _ in problems(text)] == [(5, "color"), (23, "name")]
    with pytest.raises(ConfigError, match=r"agents\.toml, line 5, color: must be .*; line 23, name: must be "):
        parse(text)


def test_a_syntax_error_is_reported_with_its_line() -> None:
    [(line, _, message)] = problems(GOOD.replace('name = "Ada"', 'name = "Ada'))
    assert line == 4
    assert message.startswith("this is not valid TOML:")


def test_an_unfinished_file_is_reported_at_its_last_line() -> None:
    [(line, _, _)] = problems('[[agents]]\nkey = """ada')
    assert line == 2


@pytest.mark.parametrize("text", ["", "# nothing\n", "agents = []\n"])
def test_a_file_without_agents_is_refused(text: str) -> None:
    [(_, field, message)] = problems(text)
    assert (field, message) == ("agents", "there must be at least one agent")


@pytest.mark.parametrize("text", ['agents = "x"\n', "[agents]\nkey = 'a'\n", "agents = [1]\n"])
def test_agents_that_are_not_an_array_of_tables_are_refused(text: str) -> None:
    assert problems(text) == [(1, "agents", "must be written as [[agents]] tables")]


def test_an_unknown_table_is_refused() -> None:
    [(line, field, message)] = problems(GOOD + '\n[agent]\nkey = "x"\n')
    assert (line, field) == (27, "agent")
    assert "did you mean agents?" in message


def test_a_secret_in_a_wrong_field_is_not_repeated_in_the_message() -> None:
    secret = "sk-proj-0123456789abcdef"
    for field in ("api_key_env", "api_key", "base_url", "color"):
        text = GOOD.replace('api_key_env = "MY_KEY"', f'{field} = "{secret}"').replace('color = "#B4552D"\n', "")
        with pytest.raises(ConfigError) as caught:
            parse(text)
        assert secret not in caught.value.message
        assert secret not in str(caught.value.details)


def test_a_base_url_needs_a_provider_that_supports_it() -> None:
    text = GOOD.replace('model = "openai:gpt-6.1-sol"', 'model = "deepseek:deepseek-v4-pro"\nbase_url = "http://x/v1"')
    assert problems(text)[0][:2] == (6, "model")
    for model in ("openai:any", "anthropic:any", "ollama:any", "vllm:any"):
        assert parse(text.replace("deepseek:deepseek-v4-pro", model))


def test_scripted_models_are_accepted_where_they_are_allowed() -> None:
    text = GOOD.replace("local:qwen2.5-coder-0.5b", "scripted:echo")
    assert parse(text, rules=ModelRules(allow_scripted=True))


def test_windows_line_endings_and_a_byte_order_mark_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "agents.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    agents = load_agents(path, tools=TOOLS.keys(), rules=ModelRules(local_models=LOCAL))
    assert [agent.key for agent in agents] == ["ada", "local"]


def test_an_unreadable_file_is_reported_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "agents.toml"
    with pytest.raises(ConfigError, match=r"agents\.toml can.t be read: No such file"):
        load_agents(path, tools=(), rules=ModelRules())
    path.write_bytes(b"[[agents]]\nname = '\xff'\n")
    with pytest.raises(ConfigError, match="line 2: this is not UTF-8 text"):
        load_agents(path, tools=(), rules=ModelRules())
    path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than"):
        load_agents(path, tools=(), rules=ModelRules())


def test_lines_are_found_in_every_syntax_of_toml() -> None:
    text = "\n".join(
        [
            "a.b = 1  # a dotted key",
            "c = { d = [1,",
            "  2] , e = 2 }",
            "",
            "[t.u]",
            'x = """',
            "y = 1",
            '"""',
            "[[t.v]]",
            "z = 1",
            "[[t.v]]",
            "z = 2",
            "[t.v.w]",
            "k = [",
            "  { l = 1 },",
            "]",
        ]
    )
    tomllib.loads(text)
    lines = positions(text)
    assert lines["a", "b"] == 1
    assert lines["c", "e"] == 2
    assert (lines["t", "u"], lines["t", "u", "x"]) == (5, 6)
    assert ("t", "u", "y") not in lines
    assert (lines["t", "v", 0, "z"], lines["t", "v", 1, "z"]) == (10, 12)
    assert lines["t", "v", 1, "w", "k", 0, "l"] == 14
    assert line_of(("t", "v", 1, "nothing", "there"), lines) == 11
    assert line_of(("nothing",), lines) == 1


names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
values = st.sampled_from(["1", '"x"', '"""\na = [\n"""', "[\n 1,\n 2\n]", "{ p = 1 }", "'''\n]\n'''", '"#"'])


@NO_DEADLINE
@given(st.lists(st.tuples(names, values), unique_by=lambda item: item[0], min_size=1), st.booleans())
def test_the_line_of_each_value_is_found(items: list[tuple[str, str]], spaced: bool) -> None:
    lines: list[str] = []
    expected: dict[str, int] = {}
    for name, value in items:
        if spaced:
            lines += ["", "# ] a comment"]
        expected[name] = len(lines) + 1
        lines += f"{name} = {value}".split("\n")
    found = positions("\n".join(lines))
    assert {name: found[(name,)] for name in expected} == expected


FOUND = Discovered(
    keys=(
        DiscoveredKey(
            provider="anthropic", name="Claude", env_name="ANTHROPIC_API_KEY", model="anthropic:claude-sonnet-5-5"
        ),
    ),
    servers=(
        DiscoveredServer(
            provider="openai-chat", name="LM Studio", base_url="http://127.0.0.1:1234/v1", models=("a/b", "c")
        ),
    ),
)


def test_a_default_file_lists_the_found_providers_before_the_embedded_model() -> None:
    claude, studio, local = parse(default_file_text(FOUND))
    assert (claude.key, claude.name) == ("anthropic", "Claude")
    assert key_names_for(claude, claude.model) == ("ANTHROPIC_API_KEY",)
    assert (studio.key, studio.model, studio.on_this_machine) == ("lm-studio", "openai-chat:a/b", True)
    assert studio.base_url == "http://127.0.0.1:1234/v1"
    assert all(agent.tools == tuple(TOOLS) for agent in (claude, studio))
    assert (local.key, local.name, local.model) == ("local", "Local", "local:qwen2.5-coder-0.5b")
    assert len({claude.color, studio.color, local.color}) == 3
    assert local.color == "#2d8a74"


def test_a_default_file_without_found_providers_has_the_embedded_model() -> None:
    assert [agent.key for agent in parse(default_file_text(Discovered()))] == ["local"]


def test_a_default_file_is_readable_by_its_owner_only_and_never_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "agents.toml"
    assert write_default_file(path, Discovered())
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("mine")
    assert not write_default_file(path, Discovered())
    assert path.read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["agents.toml"]
