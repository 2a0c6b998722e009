"""How tests are told not to run, in the languages that tests are written in."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from agentxd.kernel.patterns import Lazy

_SCRIPT = ("javascript", "typescript", "tsx")
_PATTERNS = {
    "python": (
        r"@(?:pytest\.mark|mark)\.(?P<mark>skip|xfail)\b(?!if)|@(?:unittest\.|\w+\.)?(?P<deco>skip"
        r"|expectedFailure)\b(?!\w)|^pytestmark\s*=\s*\[?\s*pytest\.mark\.(?P<all>skip|xfail)\b(?!if)"
        r"|^\s*(?P<call>pytest\.(?:skip|xfail)|self\.skipTest|raise\s+(?:unittest\.)?SkipTest)\b"
        r"|^\s*__test__\s*=\s*False\b"
    ),
    "go": r"^\s*\w+\.(?P<call>Skip|Skipf|SkipNow)\(",
    "rust": r"^\s*#\[\s*(?P<mark>ignore)\b",
    "java": r"^\s*@(?:[\w.]+\.)?(?P<mark>Disabled|Ignore)\b",
    "csharp": (
        r"^\s*\[\s*(?:\w+\s*,\s*)*(?P<mark>Ignore)\b"
        r"|\b(?:Fact|Theory)\s*\(.*\b(?P<skip>Skip)\s*="
    ),
    "ruby": (
        r"^\s*(?P<call>skip|pending)\b(?!\s*[=.:])(?!.*\s(?:if|unless)\s)"
        r"|^\s*(?P<mark>x(?:it|describe|context|specify))\b"
    ),
    "php": r"^\s*(?:\$this->|self::|static::)(?P<call>markTest(?:Skipped|Incomplete))\(",
    "c": r"^\s*(?P<call>GTEST_SKIP|SKIP)\s*\(|\bTEST\w*\([^)]*\b(?P<mark>DISABLED_)\w+",
}
_SCRIPT_PATTERN = (
    r"^\s*(?P<mark>x(?:it|test|describe|specify|context))\s*(?:\.\w+\s*)?\(\s*(?:[\x01]|$)"
    r"|^\s*(?:it|test|describe|context|specify|suite|bench)(?:\.\w+)*\.(?P<skip>skip|fails|fixme)\b"
    r"\s*(?:\.\w+\s*)?(?:\(\s*(?:[\x01]|$)|\x01)|^\s*this\.(?P<call>skip)\(\)|\{[^{}]*\bskip:\s*(?P<option>true|\x01)"
)
_ONLY = (
    r"^\s*(?:it|test|describe|context|specify|suite)(?:\.\w+)*\.(?P<only>only)\b\s*(?:\.\w+\s*)?[(\x01]"
    r"|^\s*(?P<focus>f(?:it|describe|context))\s*(?:\.\w+\s*)?\(\s*(?:\x01|$)"
)
_RUBY_ONLY = r"^\s*(?P<focus>f(?:it|describe|context))\s+\x01|,\s*(?P<only>focus)(?::\s*true|\s*=>)"
SKIPS = {language: Lazy(pattern) for language, pattern in _PATTERNS.items()}
SKIPS |= dict.fromkeys(_SCRIPT, Lazy(_SCRIPT_PATTERN))
SKIPS["cpp"] = SKIPS["c"]
ONLY = {**dict.fromkeys(_SCRIPT, Lazy(_ONLY)), "ruby": Lazy(_RUBY_ONLY)}
_LONGEST = 1_000
"""Signs of a line that a person wrote."""
_HINT = Lazy(
    r"skip|Skip|SKIP|xfail|only|fixme|fails|ignore|Ignore|Disabled|DISABLED|pending|focus|__test__"
    r"|[xf](?:it|test|describe|context|specify)\b|expectedFailure|markTest"
)
"""What a line must hold to be one."""


_QUOTE = Lazy(r"[\"'`]")


class Skip(Struct, frozen=True):
    """A place that keeps tests from running."""

    line: int
    word: str
    is_only: bool
    """Whether it keeps all others from running."""
    is_call: bool
    """Whether it stands inside of a test, and stops it there."""


def skips_in(language: str, code: list[str]) -> Iterator[Skip]:
    """In masked lines."""
    pattern, only = SKIPS.get(language), ONLY.get(language)
    hint = _HINT.ready
    for number, line in enumerate(code):
        if not line or len(line) > _LONGEST or hint.search(line) is None:
            continue
        if only is not None and (match := only.search(line)):
            yield Skip(number, _word(match), is_only=True, is_call=False)
        elif pattern is not None and (match := pattern.search(line)):
            is_call = match.groupdict().get("call") is not None
            yield Skip(number, _word(match), is_only=False, is_call=is_call)


def may_skip(language: str, lines: Iterable[str]) -> bool:
    """Whether lines as they are look like it: a first look, without a grammar."""
    marked = [_QUOTE.sub("\x01", line) for line in lines]
    return next(skips_in(language, marked), None) is not None


def is_skipped(code: str) -> bool:
    """Whether masked lines of a test say that it does not run, in whatever language."""
    lines = code.split("\n")
    return any(next(skips_in(language, lines), None) is not None for language in _PATTERNS) or (
        next(skips_in("typescript", lines), None) is not None
    )


def _word(match: re.Match[str]) -> str:
    return next((text for text in match.groups() if text), match[0]).strip()
