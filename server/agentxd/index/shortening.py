"""Texts that are kept as far as they fit, and say so."""

import re

MARK = "…"
_LAST_WORD = re.compile(r"(?<=\s)\S{1,60}$")


def shortened(text: str, n_chars: int) -> str:
    """At most so many characters: up to the end of a word, and a mark where something is missing.

    A word that alone is long is cut inside.
    """
    if len(text) <= n_chars:
        return text
    kept = text[: n_chars - len(MARK)]
    if not text[len(kept)].isspace():
        kept = _LAST_WORD.sub("", kept)
    return kept.rstrip() + MARK
