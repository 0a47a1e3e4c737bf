"""Measures the embedded model: speed, what it does to the event loop, cancelling, memory and the choice of tools.

    python -m bench.embedded [--model KEY] [--data-dir DIR] [--runs N]

The weights are fetched into the data folder when they are not there. Every figure comes with its spread over the runs;
the machine should have nothing else to do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path
from pydantic_ai import Tool
from pydantic_ai.messages import ModelMessage, ModelRequest, PartDeltaEvent, PartStartEvent, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from bench.embedded_prompts import NO_TOOL_PROMPTS, TOOL_PROMPTS
from chat_app.agents.models.embedded import DEFAULT_MODEL, EmbeddedModels
from chat_app.agents.models.embedded.model import EmbeddedModel
from chat_app.agents.tools import TOOLS

STORY = "Write a long story about a lighthouse."
TOKENS = 96
LAG_SECONDS = 0.005


def spread(name: str, values: Sequence[float], unit: str) -> None:
    """Print the median of the values with their range."""
    print(
        f"{name:48} {statistics.median(values):8.2f} {unit}  ({min(values):.2f} to {max(values):.2f}, n={len(values)})"
    )


def question(text: str) -> list[ModelMessage]:
    """Return a conversation of one message."""
    return [ModelRequest.user_text_prompt(text)]


def tool_parameters() -> ModelRequestParameters:
    """Return a request's parameters with the application's own tools."""
    definitions: list[ToolDefinition] = [Tool(spec.function).tool_def for spec in TOOLS.values()]
    return ModelRequestParameters(function_tools=definitions)


async def stream_once(
    model: EmbeddedModel, text: str, *, params: ModelRequestParameters | None = None, tokens: int = TOKENS
) -> tuple[float, float]:
    """Return the seconds to the first piece of an answer, and tokens per second after it."""
    began = time.perf_counter()
    first = 0.0
    settings = ModelSettings(max_tokens=tokens)
    async with model.request_stream(question(text), settings, params or ModelRequestParameters()) as stream:
        async for event in stream:
            if not first and isinstance(event, PartStartEvent | PartDeltaEvent):
                first = time.perf_counter() - began
        took = time.perf_counter() - began - first
        return first, (stream.usage.output_tokens - 1) / took


async def loop_lag(stop: asyncio.Event) -> list[float]:
    """Return by how many milliseconds a sleeping task woke late, again and again until stopped."""
    lags: list[float] = []
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(LAG_SECONDS)
        lags.append((time.perf_counter() - began - LAG_SECONDS) * 1000)
    return lags


async def measure_speed(model: EmbeddedModel, runs: int) -> None:
    """Print first token, tokens per second, alone and in pairs, and the lag of the event loop meanwhile."""
    stop = asyncio.Event()
    lag = asyncio.create_task(loop_lag(stop))
    fresh = [await stream_once(model, f"{number}. {STORY}") for number in range(runs)]
    again = [await stream_once(model, f"0. {STORY}") for _ in range(runs)]
    offered = tool_parameters()
    with_tools = [await stream_once(model, f"Tool run {number}. {STORY}", params=offered) for number in range(runs)]
    pairs = [
        await asyncio.gather(*(stream_once(model, f"{number}.{side} {STORY}") for side in range(2)))
        for number in range(runs)
    ]
    stop.set()
    lags = sorted(await lag)
    spread("first token, new conversation", [first for first, _ in fresh], "s")
    spread("first token, known conversation", [first for first, _ in again], "s")
    spread("first token, with a choice of tools", [first for first, _ in with_tools], "s")
    spread("tokens per second", [rate for _, rate in fresh], "/s")
    spread("tokens per second, each of two", [rate for pair in pairs for _, rate in pair], "/s")
    print(
        f"event loop lag: p50 {lags[len(lags) // 2]:.2f} ms, p99 {lags[len(lags) * 99 // 100]:.2f} ms, "
        f"most {lags[-1]:.2f} ms"
    )


async def measure_cancel(model: EmbeddedModel, runs: int) -> None:
    """Print how long a stop takes, and how long until the place is free: a request that has to wait for it begins."""
    stops: list[float] = []
    frees: list[float] = []
    for number in range(runs):
        other = asyncio.create_task(stream_once(model, f"Other {number}. {STORY}", tokens=TOKENS * 4))
        async with model.request_stream(question(STORY), None, ModelRequestParameters()) as stream:
            events = aiter(stream)
            for _ in range(8):
                await anext(events)
            began = time.perf_counter()
            await stream.cancel()
        stops.append((time.perf_counter() - began) * 1000)
        first, _ = await stream_once(model, STORY, tokens=4)
        frees.append(first * 1000)
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
    spread("stop", stops, "ms")
    spread("next answer begins beside another one", frees, "ms")


async def chosen_tool(model: EmbeddedModel, text: str, params: ModelRequestParameters) -> tuple[str | None, str]:
    """Return the tool that the model calls for a message, with its arguments, or None with its first words."""
    response = await model.request(question(text), ModelSettings(max_tokens=64), params)
    calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
    return (calls[0].tool_name, calls[0].args_as_json_str()) if calls else (None, (response.text or "")[:60])


async def measure_choice(model: EmbeddedModel, runs: int) -> None:
    """Print how often the right tool, or none, is chosen: prompts that were not used to find the method."""
    params = tool_parameters()
    rates: list[float] = []
    missed: dict[str, str] = {}
    for _ in range(runs):
        right = 0
        for text, wanted in (*TOOL_PROMPTS, *((text, None) for text in NO_TOOL_PROMPTS)):
            got, detail = await chosen_tool(model, text, params)
            right += got == wanted
            if got != wanted:
                missed[text] = f"wanted {wanted}, got {got} {detail}"
        rates.append(100 * right / (len(TOOL_PROMPTS) + len(NO_TOOL_PROMPTS)))
    spread(f"right choice, {len(TOOL_PROMPTS)} with a tool and {len(NO_TOOL_PROMPTS)} without", rates, "%")
    for text, detail in missed.items():
        print(f"  missed: {text!r}: {detail}")


def memory_mib() -> float:
    """Return the memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


async def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--data-dir", type=Path, default=user_cache_path("chat-sessions"))
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    models = EmbeddedModels(given.data_dir)
    try:
        await models.ensure(given.model)
        before = memory_mib()
        began = time.perf_counter()
        await models.load(given.model)
        print(f"{given.model} on {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
        print(f"loaded in {time.perf_counter() - began:.2f} s")
        model = models.model(given.model)
        await measure_speed(model, given.runs)
        await measure_cancel(model, given.runs)
        print(f"memory: {before:.0f} MiB before, {memory_mib():.0f} MiB in use")
        await measure_choice(model, min(given.runs, 2))
    finally:
        await models.close()


if __name__ == "__main__":
    asyncio.run(main())
