"""What a linter says, made fit to be shown: one line, bounded, no control signs, no secrets."""

import re
import unicodedata

from agentxd.kernel.redaction import redact

_LONGEST_MESSAGE = 600
_LONGEST_RULE = 100
_NO_RULE_SIGN = re.compile(r"[^A-Za-z0-9_.:@/+-]+")
_FRAME = re.compile(r"\s*\d*\s*\|")


def sentence(text: str) -> str:
    """The text on one line without the full stop at its end."""
    plain = _plain(text[: _LONGEST_MESSAGE * 4])
    if len(plain) > _LONGEST_MESSAGE:
        plain = plain[: _LONGEST_MESSAGE - 1] + "…"
    return redact(plain.removesuffix("."))


def rule_name(linter: str, rule: str) -> str:
    """`ruff/F401`; nothing in it but signs that need no quoting."""
    plain = _NO_RULE_SIGN.sub("-", rule[:_LONGEST_RULE]).strip("-/")
    return f"{linter}/{plain or 'unnamed'}"


def trouble(text: str) -> str:
    """What a linter wrote about its own trouble, at most three lines of it.

    Lines that quote a file are left out: the configuration of an untrusted repository may name
    any file of this machine as its base, and the answer would carry what that one holds.
    """
    lines = [line.strip() for line in text.splitlines() if not _FRAME.match(line)]
    return sentence("; ".join([line for line in lines if line][:3])[:300])


def _plain(text: str) -> str:
    words = "".join(" " if unicodedata.category(sign)[0] == "Z" else sign for sign in text)
    kept = (" " if sign in "\t\r\n" else sign for sign in words)
    # Cc, Cf: escape sequences of terminals, signs that turn the direction of writing
    shown = "".join(sign for sign in kept if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    return " ".join(shown.split())
