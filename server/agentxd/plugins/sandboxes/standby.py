"""A shell that waits in a fresh sandbox for the one command that it is told: half the way is done.

Setting up namespaces or an exec takes longer than most commands. So one is set up while nobody
waits for it, by the same means and with the same walls as ever; it takes one command and is gone.
"""

from agentxd.kernel.sandboxes import Command

WAITING_SHELL = (
    "IFS= read -r where && IFS= read -r line || exit 125\n"
    'cd -- "$(printf %b "$where")" || exit 126\n'
    "unset OLDPWD\n"
    'exec /bin/sh -c "$(printf %b "$line")" </dev/null'
)
"""For `/bin/sh -c`: a folder and a command line, each on a line of standard input."""
_LONGEST_CHARS = 8_192
"""A shell reads its input byte by byte."""


def can_wait_for(command: Command) -> bool:
    """Whether a shell that was started before the command was known can run it."""
    return not command.env and len(command.line) <= _LONGEST_CHARS and "\0" not in command.line


def told(folder: str, line: str) -> bytes:
    """What the waiting shell reads."""
    return _escaped(folder) + b"\n" + _escaped(line) + b"\n"


def _escaped(text: str) -> bytes:
    """On one line, as `printf %b` takes it."""
    line = text.replace("\\", "\\\\").replace("\n", "\\n")
    return line.encode("utf-8", "surrogateescape")
