"""Second witnesses: whether a file that a grammar stumbles over is really broken."""

import json
import warnings
from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from agentxd.kernel.review import ChangedFile
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.masking import masked_text

_PAIRS = {")": "(", "]": "[", "}": "{"}
_SIGNS = frozenset("()[]{}")
_NEVER_LEGAL = (
    "unexpected indent",
    "unindent does not match",
    "expected an indented block",
    "was never closed",
    "unmatched '",
    "does not match opening",
    "positional argument follows keyword argument",
)
"""What Python complains about and no newer Python allows."""
_TIDY = frozenset({"go", "java", "csharp", "rust"})
"""Languages whose grammar is so complete that a change of a file that parsed is witness enough."""
_MACROS = frozenset({"c", "cpp"})


class Proof(Enum):
    """How sure it is that a file is broken."""

    NONE = 0
    WEAK = 1
    STRONG = 2


class PythonError(Struct, frozen=True):
    """What Python's own parser says."""

    line: int
    reason: str
    is_certain: bool
    """Whether no newer Python would take it."""


def proof(language: str, file: ChangedFile, ground: Ground) -> Proof:
    """For the content after the change, which has faults."""
    content = file.new or b""
    if language == "python":
        return Proof.NONE if python_error(content) is None else Proof.STRONG
    if language in _READERS:
        return Proof.STRONG if _is_refused(_READERS[language], content) else Proof.NONE
    if not is_balanced(masked_text(file.path, content, ground.syntax)):
        was_balanced = file.old is None or is_balanced(
            masked_text(file.old_path or file.path, file.old, ground.syntax)
        )
        return Proof.STRONG if was_balanced else Proof.NONE
    if language in _MACROS:
        return Proof.NONE
    return Proof.STRONG if language in _TIDY and file.old is not None else Proof.WEAK


def python_error(content: bytes) -> PythonError | None:
    """None where it parses, or is no matter of syntax."""
    try:
        import ast  # noqa: PLC0415  # slow to load, and seldom needed

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content)
    except SyntaxError as error:
        reason = error.msg.partition(" (")[0]
        is_certain = any(words in error.msg for words in _NEVER_LEGAL)
        return PythonError(max((error.lineno or 1) - 1, 0), reason, is_certain)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


def is_balanced(code: str) -> bool:
    """Whether each bracket is closed by its like, in code without comments and strings."""
    open_ones: list[str] = []
    for sign in code:
        if sign not in _SIGNS:
            continue
        partner = _PAIRS.get(sign)
        if partner is None:
            open_ones.append(sign)
        elif not open_ones or open_ones.pop() != partner:
            return False
    return not open_ones


def _is_refused(read: Callable[[str], object], content: bytes) -> bool:
    try:
        read(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return True
    return False


def _toml(text: str) -> object:
    import tomllib  # noqa: PLC0415  # slow to load, and seldom needed

    return tomllib.loads(text)


_READERS: dict[str, Callable[[str], object]] = {"json": json.loads, "toml": _toml}
