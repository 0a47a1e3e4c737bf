"""Finding keys in the environment."""

from __future__ import annotations

from pydantic_ai.models import known_model_names

from chat_app.agents.catalog.discovery import KNOWN_PROVIDERS, DiscoveredKey, find_keys


def test_a_key_is_found_with_the_default_model_of_its_provider() -> None:
    [found] = find_keys({"ANTHROPIC_API_KEY": "x", "HOME": "/"})
    assert found == DiscoveredKey(
        provider="anthropic", name="Claude", env_name="ANTHROPIC_API_KEY", model="anthropic:claude-sonnet-5-5"
    )


def test_an_empty_key_is_ignored() -> None:
    assert find_keys({"OPENAI_API_KEY": ""}) == ()


def test_a_provider_whose_library_is_not_installed_is_not_offered() -> None:
    found = {key.provider for key in find_keys({"GEMINI_API_KEY": "x", "OPENROUTER_API_KEY": "x"})}
    assert found == {"openrouter"}


def test_the_agent_library_knows_every_offered_model() -> None:
    models = {known.model for known in KNOWN_PROVIDERS}
    # OpenRouter's automatic choice is not a model, so the list of models does not contain it.
    assert models - {"openrouter:openrouter/auto"} <= set(known_model_names())
