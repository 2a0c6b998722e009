"""The headers of a unified diff: which file, what is done to it, and on which base."""

import re

import msgspec

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE
from agentxd.workspace.editing.cursor import Cursor

_NEXT = "write a unified diff with ---, +++ and @@ lines for each file"
_QUOTED = re.compile(r"\\([0-7]{3}|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_GIT_LINE = re.compile(r"diff --git (?:a/(.+) b/\1|(.+) \2)$")


class Header(msgspec.Struct):
    """What is known of one file of the diff before its hunks."""

    old_path: str = ""
    new_path: str = ""
    is_new: bool = False
    is_deleted: bool = False
    is_renamed: bool = False
    mode: int = 0
    base: str = ""
    """The beginning of the git object id of the old content."""


def read_header(cursor: Cursor) -> Header | None:
    """The next file's header, None at the end; prose before it is passed over."""
    while not cursor.is_done and not is_header(cursor):
        cursor.take()
    if cursor.is_done:
        return None
    header = Header()
    if cursor.peek().startswith("diff --git "):
        _read_git_line(header, cursor.take().rstrip())
        while not cursor.is_done and not is_header(cursor) and not cursor.peek().startswith("@@"):
            _read_extended(header, cursor.take().rstrip())
    if cursor.peek().startswith("--- "):
        _read_paths(header, cursor.take(), cursor.take())
    return header


def is_header(cursor: Cursor) -> bool:
    """Whether a file begins here."""
    line = cursor.peek()
    has_both = line.startswith("--- ") and cursor.peek(1).startswith("+++ ")
    return has_both or line.startswith("diff --git ")


def _read_git_line(header: Header, line: str) -> None:
    """The only names that a change of mode or an empty file has."""
    if found := _GIT_LINE.match(line):
        header.old_path = header.new_path = found[1] or found[2]


def _read_extended(header: Header, line: str) -> None:
    word, _, rest = line.partition(" ")
    if line.startswith(("Binary files ", "GIT binary patch")):
        raise InvalidRequestError(f"The diff of {header.new_path} is binary.", "use text files")
    if line.startswith(("rename from ", "rename to ")):
        header.is_renamed = True
        path = _unquoted(rest.partition(" ")[2])
        if rest.startswith("from "):
            header.old_path = path
        else:
            header.new_path = path
    elif line.startswith(("new file mode ", "new mode ")):
        header.is_new = header.is_new or line.startswith("new file")
        header.mode = _mode(line.rpartition(" ")[2])
    elif line.startswith("deleted file mode "):
        header.is_deleted = True
    elif word == "index":
        header.base = rest.partition("..")[0].strip()
    elif line.startswith(("copy from ", "copy to ")):
        raise InvalidRequestError("A copy is no edit.", "write the new file instead")


def _mode(octal: str) -> int:
    mode = int(octal, 8) if re.fullmatch("[0-7]{6}", octal) else 0
    if mode not in (MODE_FILE, MODE_EXECUTABLE):
        raise InvalidRequestError(f"{octal} is no mode of a plain file.", "use 100644 or 100755")
    return mode


def _read_paths(header: Header, old_line: str, new_line: str) -> None:
    old, new = _named(old_line), _named(new_line)
    header.is_new = header.is_new or old == "/dev/null"
    header.is_deleted = header.is_deleted or new == "/dev/null"
    has_prefixes = (old.startswith("a/") or header.is_new) and (
        new.startswith("b/") or header.is_deleted
    )
    if has_prefixes:
        old, new = old.removeprefix("a/"), new.removeprefix("b/")
    header.old_path = new if header.is_new else old
    header.new_path = old if header.is_deleted else new


def _named(line: str) -> str:
    """The path of a `---` or `+++` line, without the time that `diff -u` adds."""
    return _unquoted(line[4:].rstrip("\r").partition("\t")[0].rstrip())


def _unquoted(path: str) -> str:
    """Git quotes unusual names as C does, with octal bytes."""
    if not (len(path) > 1 and path[0] == path[-1] == '"'):
        return path
    plain = _QUOTED.sub(
        lambda found: (
            chr(int(found[1], 8)) if len(found[1]) > 1 else _PLAIN.get(found[1], found[1])
        ),
        path[1:-1].encode().decode("latin-1"),
    )
    return plain.encode("latin-1").decode("utf-8", "surrogateescape")
