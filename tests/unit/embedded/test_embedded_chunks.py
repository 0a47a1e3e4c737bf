"""The chunks of the engine are validated, and its errors keep their reason."""

from __future__ import annotations

import pytest

from chat_app.agents.models.embedded.chunks import Chunk, EngineError, read_chunk


def test_a_chunk_has_text_and_its_log_probability() -> None:
    raw = {"choices": [{"text": "cl", "finish_reason": None, "logprobs": {"content": [{"logprob": -0.5}]}}]}
    assert read_chunk(raw) == Chunk(text="cl", logprob=-0.5)


def test_the_last_chunk_has_the_token_counts() -> None:
    usage = {"completion_tokens": 4, "prompt_tokens": 47, "prompt_tokens_details": {"cached_tokens": 46}}
    chunk = read_chunk({"choices": [{"text": "", "finish_reason": "stop"}], "usage": usage})
    assert chunk == Chunk(finish_reason="stop", prompt_tokens=47, cached_tokens=46, completion_tokens=4)


def test_a_progress_chunk_has_the_length_of_the_prompt() -> None:
    raw = {"choices": [{"text": ""}], "prompt_progress": {"total": 300, "cache": 20, "processed": 0, "time_ms": 0}}
    assert read_chunk(raw) == Chunk(prompt_tokens=300, cached_tokens=20)


def test_the_error_for_a_prompt_that_is_too_long_has_the_token_counts() -> None:
    overflow = {"message": "x", "type": "exceed_context_size_error", "n_prompt_tokens": 900, "n_ctx": 512}
    with pytest.raises(EngineError) as caught:
        read_chunk({"error": overflow})
    assert (caught.value.prompt_tokens, caught.value.context) == (900, 512)
    with pytest.raises(EngineError) as caught:
        read_chunk({"error": {"message": "bad schema", "type": "invalid_request_error", "n_prompt_tokens": 900}})
    assert caught.value.prompt_tokens is None


def test_an_invalid_chunk_is_an_engine_error() -> None:
    with pytest.raises(EngineError):
        read_chunk({"choices": "no list"})
