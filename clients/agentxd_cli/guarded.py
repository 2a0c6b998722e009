"""What others wrote cannot steer a terminal: controls are shown, only our own are obeyed."""

import os
import sys

TYPE_CHECKING = False  # `typing` itself takes longer than the rest of `agentxd status`
if TYPE_CHECKING:
    from typing import Any, TextIO

ESCAPE = f"\ue01b{os.urandom(8).hex()}"
"""Stands for the escape character in our own sequences; nobody else can know it beforehand."""

_ESC, _DELETE = "\x1b", 0x7F
_FREE = "\n\t"
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Overrides and isolates: with them a line reads otherwise than it runs."""
_SHOWN = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in _FREE},
    _DELETE: "\u2421",
    **{code: f"<{code:02X}>" for code in range(0x80, 0xA0)},
    **{code: f"<U+{code:04X}>" for code in _BIDI},
}


def shown(text: str) -> str:
    """The text with every control but line feed and tab made visible; a CRLF is one line end."""
    return text.replace("\r\n", "\n").translate(_SHOWN)


class GuardedOutput:
    """A stream to a terminal that obeys nothing but what is written with ESCAPE."""

    def __init__(self, stream: "TextIO") -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Show the text. Raises OSError."""
        self._stream.write(shown(text).replace(ESCAPE, _ESC))
        return len(text)


def guard_terminals() -> None:
    """From now on nothing that is printed on a terminal steers it; pipes stay byte-exact."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and stream.isatty() and not isinstance(stream, GuardedOutput):
            setattr(sys, name, GuardedOutput(stream))
