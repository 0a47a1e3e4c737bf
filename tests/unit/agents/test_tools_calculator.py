"""The calculator returns correct results and refuses expressions that are expensive or not arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_app.agents.tools.calculator import (
    DIGITS_LIMIT,
    EXPRESSION_LIMIT,
    FACTORIAL_LIMIT,
    INTEGER_BITS,
    calculator,
)
from chat_app.domain.errors import Invalid

NO_DEADLINE = settings(deadline=None)
"""Tests have no deadline, because a busy machine is not a failure."""

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(17.5 * 3 - 4) / 2^5", "1.515625"),
        ("2^10 + 1", "1025"),
        ("-2^2", "-4"),
        ("2^3^2", "512"),
        ("0.1 + 0.2", "0.3"),
        ("7 // 2", "3"),
        ("10 % 3", "1"),
        ("3 \u00d7 4 \u00f7 2 \u2212 1", "5"),
        ("sqrt(2) * sin(pi / 4)", "1"),
        ("log(e)", "1"),
        ("log(8, 2)", "3"),
        ("max(1, 2, 3) + min(4, 5)", "7"),
        ("gcd(12, 18) * lcm(2, 3)", "36"),
        ("factorial(20)", "2432902008176640000"),
        ("round(3.14159, 2)", "3.14"),
        ("2^200", str(2**200)),
    ],
)
async def test_arithmetic_results_are_correct(expression: str, result: str) -> None:
    assert await calculator(expression) == result


numbers = st.integers(-(10**6), 10**6)


@NO_DEADLINE
@given(numbers, numbers, numbers)
async def test_integer_results_are_exact(a: int, b: int, c: int) -> None:
    assert await calculator(f"({a}) * ({b}) - ({c})") == str(a * b - c)


@NO_DEADLINE
@given(numbers, st.integers(1, 10**6))
async def test_fractions_have_the_precision_of_floats(a: int, b: int) -> None:
    assert math.isclose(float(await calculator(f"{a} / {b}")), Fraction(a, b), rel_tol=1e-14)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("1 / 0", "divides by zero"),
        ("1 +", "not an arithmetic expression"),
        ("", "not an arithmetic expression"),
        ("1; 2", "not an arithmetic expression"),
        ("x = 1", "not an arithmetic expression"),
        ("(" * 240 + ")" * 240, "not an arithmetic expression"),
        ("(-8) ^ 0.5", "not a real number"),
        ("1j * 1j", "not a real number"),
        ("1e400", "too large"),
        ("1e300 * 1e300", "too large"),
        ("'a' * 3", "only numbers"),
        ("True + 1", "only numbers"),
        ("sqrt", "only numbers"),
        ("who(1)", "not defined"),
        ("__import__('os')", "not defined"),
        ("(1).__class__", "not available"),
        ("(1).real", "not available"),
        ("[1, 2]", "not available"),
        ("[1][0]", "not available"),
        ("f'{1:99}'", "not available"),
        ("1 if 1 else 2", "not available"),
        ("lambda: 1", "not available"),
        ("factorial(-1)", "not negative"),
        ("factorial(1.5)", "not negative"),
    ],
)
async def test_an_invalid_expression_is_refused_with_the_reason(expression: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        await calculator(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "9^9^9^9",
        "10^(10^9)",
        f"2^{INTEGER_BITS + 1}",
        f"(2^{INTEGER_BITS // 2}) * (2^{INTEGER_BITS // 2})",
        "round(5, -10^9)",
        f"round(1.5, {DIGITS_LIMIT + 1})",
        f"factorial({FACTORIAL_LIMIT + 1})",
        "factorial(10^9)",
        "lcm(" + ",".join(f"2^2000+{n}" for n in range(1, 20)) + ")",
    ],
)
async def test_a_value_above_the_limit_is_refused(expression: str) -> None:
    with pytest.raises(Invalid, match="too large"):
        await calculator(expression)


async def test_the_longest_expression_and_the_largest_values_are_accepted() -> None:
    assert await calculator("1" * EXPRESSION_LIMIT) == "1" * EXPRESSION_LIMIT
    assert await calculator(f"factorial({FACTORIAL_LIMIT})") == str(math.factorial(FACTORIAL_LIMIT))
    assert await calculator(f"2^{INTEGER_BITS - 1}") == str(2 ** (INTEGER_BITS - 1))
    assert await calculator(f"round(1.5, {DIGITS_LIMIT})") == "1.5"
    with pytest.raises(Invalid, match="longer than"):
        await calculator("1" * (EXPRESSION_LIMIT + 1))


@NO_DEADLINE
@given(
    st.text(alphabet="0123456789.+-*/%^()e, ", max_size=EXPRESSION_LIMIT)
    | st.lists(st.sampled_from(["9", "^", "*", "(", ")", "factorial(", "lcm(", "round(", ",", "-", "e"])).map("".join)
)
async def test_any_text_is_calculated_or_refused_quickly(expression: str) -> None:
    began = perf_counter()
    try:
        assert await calculator(expression)
    except Invalid as refused:
        assert refused.message  # noqa: PT017 - both ends are right
    # Ten thousand times the usual duration; without the limits some expressions take hours.
    assert perf_counter() - began < 10
