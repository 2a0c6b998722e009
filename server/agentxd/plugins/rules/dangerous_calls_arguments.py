"""What a call is given: where its arguments end, and whether they are more than constants."""

from enum import Enum

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.rules.dangerous_calls_masking import MIXED

_OPEN, _CLOSE = "([{", ")]}"
_MOST = 2_000
"""Signs of arguments that are looked at."""
_STEP = Lazy(r"[()\[\]{},;]|(?<!\\)\n")
_NAME = Lazy(r"(?<![\w$.\x01\x02])[$@]?[A-Za-z_][\w$]*")
_NO_VARIABLE = Lazy(
    r"[A-Z][A-Z0-9_]+|[A-Z]|[rRbBuUfFL]{1,2}|True|False|None|true|false|null|nil|new|undefined"
    r"|String|str|bytes|byte|string|format|sprintf|vec|not|and|or|as|c_str|sys|const|raw"
)
_BUILDING = Lazy(
    r"\x01\s*(?:\+|%(?!=)|\.\.|\|\||\.\s*(?:format|formatted|concat|join|replace)\s*\(|\.\s*\$)"
    r"|(?:\+|\.\.|\|\||<<)\s*\x01|[\w)\]]\s*\.\s*\x01"
    r"|\b(?:[Ss]printf|String\.format|string\.Format|String\.Format|string\.format|format!)\s*\("
)


class Made(Enum):
    """How the value of an argument comes about."""

    CONSTANT = 0
    BARE = 1
    """A variable or a call."""
    BUILT = 2
    """Put together from a literal and variables."""


def arguments_end(code: str, start: int) -> int:
    """Behind the last sign of the arguments that begin at `start`.

    After a bracket they end before the one that closes it, else with the statement.
    """
    is_call = start > 0 and code[start - 1] == "("
    depth = 0
    limit = min(len(code), start + _MOST)
    for step in _STEP.finditer(code, start, limit):
        sign = step[0]
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            if depth == 0:
                return step.start()
            depth -= 1
        elif depth == 0 and not is_call and sign in "\n;":
            return step.start()
    return limit


def first_end(code: str, start: int, end: int) -> int:
    """Behind the first of the arguments."""
    depth = 0
    for step in _STEP.finditer(code, start, end):
        sign = step[0]
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
        elif sign == "," and depth == 0:
            return step.start()
    return end


def made(argument: str) -> Made:
    """By its masked text."""
    if MIXED in argument:
        return Made.BUILT
    if not has_variable(argument):
        return Made.CONSTANT
    return Made.BUILT if _BUILDING.search(argument) else Made.BARE


def has_variable(argument: str) -> bool:
    """Whether it holds a name that is no constant."""
    return any(not _NO_VARIABLE.fullmatch(name[0]) for name in _NAME.finditer(argument))
