"""Reads a command line into the simple commands that it would run, wrappers looked through."""

import shlex
from collections.abc import Sequence

from msgspec import Struct

from agentxd.agents.shell_words import Token, UnreadableError, read_tokens
from agentxd.agents.shell_wrappers import base_name, is_assignment, unwrap

__all__ = ["SimpleCommand", "UnreadableError", "read_command"]

_MAX_DEPTH = 8
_MAX_LENGTH = 64 * 1024
_BEFORE_COMMAND = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{"})
_AFTER_COMMAND = frozenset({"fi", "done", "}"})
_UNREAD = frozenset({"case", "esac", "select", "function", "coproc", "[[", "((", "alias"})
_FAMILIAR_FILES = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"})
_DECISIVE = ("PATH", "IFS", "ENV", "BASH_ENV", "SHELL", "LD_", "GIT_", "PYTHON", "NODE_OPTIONS")
"""Variables, by how their names start, that decide what a command really does."""
_GIT_VALUED = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"})


class SimpleCommand(Struct, frozen=True):
    """One program with its arguments, as a rule sees it."""

    words: tuple[str, ...]
    is_open: bool = False
    """True where an argument is only known when it runs."""
    writes: tuple[str, ...] = ()
    """Files that its output is sent to."""
    reads: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words, quoted only where they must be."""
        return " ".join(_shown(word) for word in self.words)

    @property
    def plain_text(self) -> str:
        """The same without the program's folder and git's own options: what a deny also means."""
        words = [base_name(self.words[0]), *self.words[1:]] if self.words else []
        if words[:1] == ["git"]:
            words = _without_git_options(words)
        return " ".join(_shown(word) for word in words)


def read_command(line: str, depth: int = 0) -> list[SimpleCommand]:
    """Every simple command of the line. Raises UnreadableError where one cannot be told."""
    if depth > _MAX_DEPTH:
        raise UnreadableError("commands are nested too deeply")
    if len(line) > _MAX_LENGTH:
        raise UnreadableError("the command line is too long")
    tokens, substitutions = read_tokens(line)
    commands: list[SimpleCommand] = []
    for part in _parts(tokens):
        commands += _commands_of(part, depth)
    for inner in substitutions:
        commands += read_command(inner, depth + 1)
    return commands


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    """Cut at operators; brackets of subshells are mere cuts, function definitions are not read."""
    parts: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        if token.kind != "operator":
            parts[-1].append(token)
            continue
        if token.text == "(" and parts[-1] and not _is_reserved(parts[-1][-1], _BEFORE_COMMAND):
            raise UnreadableError("a function is defined")
        is_twice = token.text == "(" and tokens[index + 1 : index + 2] == [token]
        if token.text == ";;" or is_twice:
            raise UnreadableError("case branches and arithmetic commands are not read")
        parts.append([])
    return [part for part in parts if part]


def _commands_of(part: Sequence[Token], depth: int) -> list[SimpleCommand]:
    words, writes, reads = _without_redirections(part)
    words = _without_reserved(words)
    prefixes = []
    while words and is_assignment(words[0].text):
        prefixes.append(words.pop(0))
    commands = _unwrapped(words, depth)
    files = [SimpleCommand((), writes=tuple(writes), reads=tuple(reads))]
    decisive = [word for word in prefixes if word.text.startswith(_DECISIVE)]
    if decisive:
        commands.append(_simple([*decisive, *words]))
    return [*commands, *(files if writes or reads else [])]


def _without_redirections(part: Sequence[Token]) -> tuple[list[Token], list[str], list[str]]:
    words: list[Token] = []
    writes: list[str] = []
    reads: list[str] = []
    rest = iter(part)
    for token in rest:
        if token.kind == "word":
            words.append(token)
            continue
        target = next(rest, None)
        if target is None or target.kind != "word":
            raise UnreadableError(f"{token.text} has no target")
        if token.text in ("<<", "<<-", "<<<") or _is_descriptor(token, target):
            continue
        if target.is_open:
            raise UnreadableError("the file of a redirection is known only when it runs")
        if target.text not in _FAMILIAR_FILES:
            (reads if token.text == "<" else writes).append(target.text)
    return words, writes, reads


def _is_descriptor(token: Token, target: Token) -> bool:
    return token.text in (">&", "<&") and (target.text.isdigit() or target.text == "-")


def _without_reserved(words: list[Token]) -> list[Token]:
    """What is left of a part once the grammar around the command is off."""
    words = list(words)
    while words and _is_reserved(words[0], _BEFORE_COMMAND):
        words.pop(0)
    if words and _is_reserved(words[0], _UNREAD):
        raise UnreadableError(f"`{words[0].text}` is not read")
    if words and _is_reserved(words[0], frozenset({"for"})):
        return []
    if words and _is_reserved(words[0], _AFTER_COMMAND):
        if len(words) > 1:
            raise UnreadableError(f"words behind `{words[0].text}`")
        return []
    return words


def _is_reserved(word: Token, names: frozenset[str]) -> bool:
    return word.kind == "word" and not word.is_quoted and word.text in names


def _unwrapped(words: Sequence[Token], depth: int) -> list[SimpleCommand]:
    if not words:
        return []
    if depth > _MAX_DEPTH:
        raise UnreadableError("commands are nested too deeply")
    if words[0].is_open:
        raise UnreadableError("which program runs is known only when it runs")
    found = unwrap(words)
    commands = [_simple(words)] if found.is_itself else []
    for inner in found.inner:
        if inner.words:
            commands += _commands_of(inner.words, depth + 1)
        else:
            commands += read_command(inner.line, depth + 1)
    return commands


def _simple(words: Sequence[Token]) -> SimpleCommand:
    return SimpleCommand(tuple(word.text for word in words), any(word.is_open for word in words))


def _without_git_options(words: Sequence[str]) -> list[str]:
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _GIT_VALUED else 1
    return ["git", *words[at:]]


def _shown(word: str) -> str:
    is_plain = word and not any(char in word for char in " \t\n'\"\\;|&")
    return word if is_plain else shlex.quote(word)
