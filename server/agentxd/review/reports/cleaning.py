"""Makes foreign text harmless: no secrets, no control characters, no hidden direction signs."""

import re
import unicodedata

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.redaction import redact
from agentxd.kernel.review import Fix

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_SUSPECT = Lazy(r"[^\x20-\x7e]")
_LONGEST = 4_000
"""Characters; what is longer was not written for people."""
_LINE_END = Lazy(r"[\r\n\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """For people: on one line, bounded, without secrets, hidden characters shown by number."""
    told = redact(text)
    cut = told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
    return visible(_LINE_END.sub(" ", cut))


def visible(text: str) -> str:
    """Characters that nobody sees or that turn the text around, shown by number in braces."""
    return _SUSPECT.sub(_shown, text)


def name(path: str) -> str:
    """A file name for people: what is hidden in it is shown; line ends, too."""
    return visible(redact(path))


def data(text: str) -> str:
    """For machines: the same text where JSON can hold it, without secrets."""
    return redact(text).encode("utf-8", "backslashreplace").decode()


def is_plain_fix(fix: Fix) -> bool:
    """Whether the fix can be handed on as it is.

    One with a secret in it, or a sign that no UTF-8 can say, would be another fix when cleaned.
    """
    return all(data(change.text) == change.text for change in fix.replacements)


def _shown(match: re.Match[str]) -> str:
    sign = match[0]
    return f"\\u{{{ord(sign):x}}}" if unicodedata.category(sign) in _HIDDEN else sign
