"""Programs that run another command: what they run, as far as the command line tells."""

import re
from collections.abc import Sequence

from msgspec import Struct

from agentxd.agents.shell_words import Token, UnreadableError

_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*\+?=")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish"})
_FOUND = Token("word", "<found>", is_open=True)


class Wrapper(Struct, frozen=True):
    """How to find the inner command of one program."""

    valued: tuple[str, ...] = ()
    """Options that take the next word."""
    n_operands: int = 0
    """Own words before the inner command."""
    has_assignments: bool = False
    is_elevated: bool = False
    """It changes what the inner command may do, so it needs leave of its own."""
    adds_arguments: bool = False
    """The inner command gets arguments that are not on the line."""


_WRAPPERS: dict[str, Wrapper] = {
    "env": Wrapper(("-u", "--unset", "-C", "--chdir"), has_assignments=True),
    "sudo": Wrapper(
        ("-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R"),
        has_assignments=True,
        is_elevated=True,
    ),
    "doas": Wrapper(("-u", "-C"), is_elevated=True),
    "chroot": Wrapper(n_operands=1, is_elevated=True),
    "nohup": Wrapper(),
    "setsid": Wrapper(),
    "command": Wrapper(),
    "builtin": Wrapper(),
    "busybox": Wrapper(),
    "exec": Wrapper(("-a",)),
    "time": Wrapper(("-f", "-o")),
    "nice": Wrapper(("-n", "--adjustment")),
    "ionice": Wrapper(("-c", "-n")),
    "stdbuf": Wrapper(("-i", "-o", "-e")),
    "timeout": Wrapper(("-s", "--signal", "-k", "--kill-after"), n_operands=1),
    "xargs": Wrapper(
        ("-I", "-n", "-P", "-L", "-d", "-s", "-a", "-E", "--max-args", "--max-procs"),
        adds_arguments=True,
    ),
}
_FIND_RUNS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
_UNREADABLE = frozenset({"parallel", "watch", "script", "expect", "ssh-agent"})


class Inner(Struct, frozen=True):
    """What a command runs in its turn."""

    words: tuple[Token, ...] = ()
    line: str = ""
    """A whole command line (`sh -c`, `eval`), to be read anew."""


class Unwrapped(Struct, frozen=True):
    """What a command turned out to be."""

    inner: tuple[Inner, ...] = ()
    is_itself: bool = True
    """False where only the inner command needs leave."""


def unwrap(words: Sequence[Token]) -> Unwrapped:
    """Look for commands inside a command. Raises UnreadableError where they are not on the line."""
    program = base_name(words[0].text)
    if program in _UNREADABLE:
        raise UnreadableError(f"{program} runs a command that is not read")
    if program in _SHELLS or program == "su":
        return _shell(program, words)
    if program == "eval":
        return Unwrapped((Inner(line=_joined(words[1:])),), is_itself=False)
    if program == "find":
        return Unwrapped(tuple(_found_commands(words)))
    wrapper = _WRAPPERS.get(program)
    return Unwrapped() if wrapper is None else _wrapped(program, wrapper, words)


def base_name(program: str) -> str:
    """`/usr/bin/rm` is `rm`."""
    return program.rpartition("/")[2]


def is_assignment(text: str) -> bool:
    """Whether the word sets a variable for the command behind it."""
    return _ASSIGNMENT.match(text) is not None


def _wrapped(program: str, wrapper: Wrapper, words: Sequence[Token]) -> Unwrapped:
    at = _after_options(program, wrapper, words)
    at += wrapper.n_operands
    inner = tuple(words[at:])
    if not inner:
        return Unwrapped()
    if wrapper.adds_arguments:
        inner = (*inner, Token("word", "<input>", is_open=True))
    return Unwrapped((Inner(inner),), is_itself=wrapper.is_elevated)


def _after_options(program: str, wrapper: Wrapper, words: Sequence[Token]) -> int:
    at = 1
    while at < len(words):
        text = words[at].text
        if program == "env" and (text in ("-S", "--split-string") or text.startswith("-S")):
            raise UnreadableError("env -S splits a string by rules of its own")
        if text == "--":
            return at + 1
        if text.startswith("-") and text != "-":
            at += 2 if text in wrapper.valued else 1
        elif wrapper.has_assignments and is_assignment(text):
            at += 1
        else:
            return at
    return at


def _shell(program: str, words: Sequence[Token]) -> Unwrapped:
    """`sh -c LINE`, also as `-lc` and the like; a script's name is an ordinary argument."""
    for index, word in enumerate(words[1:], start=1):
        is_short = word.text.startswith("-") and not word.text.startswith("--")
        if is_short and "c" in word.text[1:]:
            return Unwrapped((Inner(line=_joined(words[index + 1 : index + 2])),), is_itself=False)
        if not word.text.startswith(("-", "+")):
            return Unwrapped()
    raise UnreadableError(f"{program} reads its commands from its input")


def _joined(words: Sequence[Token]) -> str:
    if any(word.is_open for word in words):
        raise UnreadableError("a command line inside is known only when it runs")
    return " ".join(word.text for word in words)


def _found_commands(words: Sequence[Token]) -> list[Inner]:
    """The commands of `find … -exec … ;`."""
    commands: list[Inner] = []
    at = 1
    while at < len(words):
        if words[at].text in _FIND_RUNS:
            end = at + 1
            while end < len(words) and words[end].text not in (";", "+"):
                end += 1
            inner = tuple(_FOUND if "{}" in word.text else word for word in words[at + 1 : end])
            commands.append(Inner(inner))
            at = end
        at += 1
    return commands
