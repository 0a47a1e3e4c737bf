"""Token buckets never allow more than they hold and refill, and store a bounded number of keys."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_app.services.limits.buckets import Buckets
from chat_app.services.limits.sign_in_attempts import format_wait
from tests.support.clocks import StoppedClock


@given(
    size=st.integers(1, 50),
    seconds=st.sampled_from([1, 7, 60, 900]),
    pauses=st.lists(st.integers(0, 20_000), min_size=1, max_size=200),
)
def test_no_period_allows_more_than_a_full_bucket_and_its_refill(size: int, seconds: int, pauses: list[int]) -> None:
    clock = StoppedClock()
    buckets = Buckets(max_keys=10, clock=clock)

    async def let_through() -> list[float]:
        times: list[float] = []
        for pause in pauses:
            clock.wait(pause / 1000)
            if await buckets.take("a", size=size, seconds=seconds) == 0:
                times.append(clock.now() / 1000)
        return times

    times = anyio.run(let_through)
    for first in range(len(times)):
        for last in range(first, len(times)):
            passed = last - first + 1
            assert passed <= size + (times[last] - times[first]) * size / seconds + 1e-6


@given(size=st.integers(1, 50), seconds=st.sampled_from([1, 7, 60, 900]), pauses=st.lists(st.integers(0, 5_000)))
def test_a_caller_is_allowed_after_the_returned_wait_and_not_earlier(
    size: int, seconds: int, pauses: list[int]
) -> None:
    clock = StoppedClock()
    buckets = Buckets(max_keys=10, clock=clock)

    async def check() -> None:
        for pause in pauses:
            clock.wait(pause / 1000)
            await buckets.take("a", size=size, seconds=seconds)
        while not (wait := await buckets.take("a", size=size, seconds=seconds)):
            pass
        clock.wait(wait - 0.001)
        if wait > 0.001:
            assert await buckets.take("a", size=size, seconds=seconds) > 0
        clock.wait(0.001)
        assert await buckets.take("a", size=size, seconds=seconds) == 0

    anyio.run(check)


@pytest.mark.anyio
async def test_each_key_has_a_bucket_of_its_own() -> None:
    buckets = Buckets(max_keys=10, clock=StoppedClock())
    assert await buckets.take("a", size=1, seconds=60) == 0
    assert await buckets.take("a", size=1, seconds=60) == 60
    assert await buckets.take("b", size=1, seconds=60) == 0
    await buckets.refill("a")
    assert await buckets.take("a", size=1, seconds=60) == 0


@pytest.mark.anyio
async def test_the_least_recently_used_key_is_evicted_first() -> None:
    buckets = Buckets(max_keys=100, clock=StoppedClock())
    for number in range(1_000):
        await buckets.take("kept", size=1, seconds=60)
        await buckets.take(str(number), size=1, seconds=60)
    assert len(buckets) == 100
    assert await buckets.take("kept", size=1, seconds=60) > 0
    assert await buckets.take("0", size=1, seconds=60) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.001, "1 second"),
        (1, "1 second"),
        (11.2, "12 seconds"),
        (120, "120 seconds"),
        (121, "3 minutes"),
        (7_200, "120 minutes"),
        (7_201, "3 hours"),
    ],
)
def test_a_wait_is_formatted_in_words_and_never_rounded_down(seconds: float, words: str) -> None:
    assert format_wait(seconds) == words
