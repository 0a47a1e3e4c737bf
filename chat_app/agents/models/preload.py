"""Loads the client libraries that agents' models need, so that the first message does not wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from pydantic_ai.providers import infer_provider_class

from chat_app.agents.models.model_ids import SCRIPTED_PROVIDER
from chat_app.domain.agents import LOCAL_PROVIDER


def preload(model_ids: Iterable[str]) -> None:
    """Import the libraries of the providers. Takes up to seconds, so it is called in a thread.

    Args:
        model_ids: Ids of models, `provider:name`. Unknown providers, and those without a library, are left out.
    """
    for provider in {model.partition(":")[0] for model in model_ids} - {LOCAL_PROVIDER, SCRIPTED_PROVIDER}:
        with suppress(ValueError, ImportError):
            infer_provider_class(provider)
