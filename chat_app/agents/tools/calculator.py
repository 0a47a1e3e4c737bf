"""The tool that calculates arithmetic expressions, with limits on time and on the size of every value."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from simpleeval import InvalidExpression, SimpleEval  # pyright: ignore[reportMissingTypeStubs]

from chat_app.agents.tools.spec import ToolSpec
from chat_app.domain.errors import Invalid

EXPRESSION_LIMIT = 500
"""Characters. Limits the number of operations, and together with `INTEGER_BITS` their time."""
INTEGER_BITS = 4_096
"""Bits of the largest whole number, which has 1,233 digits: more than anyone reads, and quick to multiply."""
FACTORIAL_LIMIT = 500
"""The largest n of n!; 500! has 3,768 bits."""
DIGITS_LIMIT = 50
"""The most digits for round(), because Python would calculate any power of 10."""

Number = int | float

_SIGNS = str.maketrans("\u00d7\u00b7\u00f7\u2212\u2013\u00a0", "**/-- ")
"""Multiplication and division signs, the minus sign, the dash and the no-break space, as people paste."""


async def calculator(expression: str) -> str:
    """Calculate an arithmetic expression, for example "(17.5 * 3 - 4) / 2^5" or "sqrt(2) * sin(pi / 4)".

    Args:
        expression: Numbers with + - * / // % and ^ or **, parentheses, the constants pi, e and tau, and the
            functions sqrt, exp, log, log2, log10, sin, cos, tan, asin, acos, atan, atan2, hypot, degrees,
            radians, abs, round, floor, ceil, min, max, gcd, lcm and factorial. Angles are in radians; log is
            the natural logarithm unless a base is given.
    """
    if len(expression) > EXPRESSION_LIMIT:
        raise Invalid(f"The expression is longer than {EXPRESSION_LIMIT} characters.", code="calculation")
    # In Python ^ is another operator with a lower precedence, so it is replaced before parsing.
    text = expression.translate(_SIGNS).replace("^", "**").strip()
    try:
        tree = ast.parse(text, mode="eval")
        return _format(_evaluator().eval(text, previously_parsed=tree.body))
    except ZeroDivisionError:
        reason = "it divides by zero"
    except OverflowError:
        reason = "a value is too large"
    except (SyntaxError, MemoryError, RecursionError):
        # Python's parser raises any of the three for parentheses that are nested too deeply.
        reason = "it is not an arithmetic expression"
    except (InvalidExpression, TypeError, ValueError) as error:
        reason = str(error).rstrip(".")
    raise Invalid(f"This can't be calculated: {reason}.", code="calculation")


def _evaluator() -> Any:
    evaluator: Any = SimpleEval(operators=dict(_OPERATORS), functions=dict(_FUNCTIONS), names=dict(_CONSTANTS))
    allowed = (ast.UnaryOp, ast.BinOp, ast.Call, ast.Name, ast.Constant)
    # Attributes, subscripts and formatted text are no arithmetic, and could be used to take any amount of memory.
    evaluator.nodes = {kind: handler for kind, handler in evaluator.nodes.items() if kind in allowed}
    return evaluator


def _bounded(function: Callable[..., Any]) -> Callable[..., Number]:
    """Return the function with a check that its arguments and result are numbers of a limited size."""

    def checked(*arguments: Any) -> Number:
        for argument in arguments:
            _check(argument)
        return _check(function(*arguments))

    return checked


def _check(value: Any) -> Number:
    if type(value) is int:
        if value.bit_length() > INTEGER_BITS:
            raise OverflowError
        return value
    if type(value) is float:
        if not math.isfinite(value):
            raise OverflowError
        return value
    if type(value) is complex:
        raise ValueError("the result is not a real number")
    raise TypeError("only numbers can be calculated with")


def _power(base: Number, exponent: Number) -> Any:
    if isinstance(base, int) and isinstance(exponent, int):
        # A power has at least this many bits, and Python would calculate all of them before the result can be checked.
        bits = (base.bit_length() - 1) * exponent
        if bits > INTEGER_BITS:
            raise OverflowError
    return base**exponent


def _factorial(number: Number) -> int:
    if number > FACTORIAL_LIMIT:
        raise OverflowError
    if number < 0 or number != int(number):
        raise ValueError("a factorial needs a whole number that is not negative")
    return math.factorial(int(number))


def _round(number: Number, digits: int = 0) -> Number:
    if abs(digits) > DIGITS_LIMIT:
        raise OverflowError
    return round(number, digits) if digits else round(number)


def _log(number: Number, base: Number = math.e) -> float:
    return math.log(number) if base == math.e else math.log(number, base)


def _format(value: Any) -> str:
    number = _check(value)
    if isinstance(number, int):
        return str(number)
    # A float has 15 significant digits; with more, 0.1 + 0.2 would be shown as 0.30000000000000004.
    return f"{number:.15g}"


_OPERATORS: Mapping[type[ast.AST], Callable[..., Number]] = MappingProxyType(
    {
        ast.Add: _bounded(operator.add),
        ast.Sub: _bounded(operator.sub),
        ast.Mult: _bounded(operator.mul),
        ast.Div: _bounded(operator.truediv),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        ast.FloorDiv: _bounded(operator.floordiv),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        ast.Mod: _bounded(operator.mod),
        ast.Pow: _bounded(_power),
        ast.USub: _bounded(operator.neg),
        ast.UAdd: _bounded(operator.pos),
    }
)
_FUNCTIONS: Mapping[str, Callable[..., Number]] = MappingProxyType(
    {
        name: _bounded(function)
        for name, function in {
            "abs": abs,
            "acos": math.acos,
            "asin": math.asin,
            "atan": math.atan,
            "atan2": math.atan2,
            "ceil": math.ceil,
            "cos": math.cos,
            "degrees": math.degrees,
            "exp": math.exp,
            "factorial": _factorial,
            "floor": math.floor,
            "gcd": math.gcd,
            "hypot": math.hypot,
            "lcm": math.lcm,
            "ln": math.log,
            "log": _log,
            "log10": math.log10,
            "log2": math.log2,
            "max": max,
            "min": min,
            "radians": math.radians,
            "round": _round,
            "sin": math.sin,
            "sqrt": math.sqrt,
            "tan": math.tan,
        }.items()
    }
)
_CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e, "tau": math.tau})

SPEC = ToolSpec(
    function=calculator,
    title="Calculated",
    running_title="Calculating",
    subject="expression",
    icon="calculator",
    idempotent=True,
)
