"""What a linter is to us: how its use is recognised, how it is called, how its answer is read."""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from agentxd.kernel.review import Severity

AUTO = "auto"
"""In a list of linters: those that a project uses and that run no code of it."""


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that tells that a project uses a linter."""

    files: tuple[str, ...]
    """Names, from the root or from a folder above a changed file; `*` in the last part only."""
    holds: str = ""
    """Pattern of what such a file says then; empty where it is enough that it is there."""


class AnswerShape(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the fields of a finding are in a linter's own JSON.

    A place is names joined with dots; `^` in front starts at the object around the list, and `^`
    alone is the key of that object. `[]` behind a name is each of a list, `{}` each of a map.
    """

    items: str
    path: str
    rule: str
    message: str
    line: str
    end_line: str = ""
    column: str = ""
    end_column: str = ""
    level: str = ""
    is_fatal: str = ""
    """A truth that makes it an error whatever its level."""
    prefix: str = ""
    """In front of the rule: shellcheck says 2086 and everybody SC2086."""
    is_end_inside: bool = False
    """Whether `end_column` is the last character instead of the one behind it."""
    ignored: str = ""
    """Pattern of messages that are no finding."""
    troubles: str = ""
    """What the linter says of itself."""


class LinterRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One linter; several rows of a name are its versions, the first that fits is taken."""

    name: str
    marks: tuple[Mark, ...] = ()
    runs_code: bool = False
    """Whether its configuration can run code of the repository: only where the user says so."""
    files: tuple[str, ...] = ("*",)
    """Patterns of names, or of whole paths where there is a slash in them."""
    shebangs: tuple[str, ...] = ()
    """Interpreters of scripts without an ending."""
    gives: Literal["files", "folders"] = "files"
    arguments: tuple[str, ...]
    stdin_arguments: tuple[str, ...] = ()
    """To check one file from standard input; empty where it cannot."""
    beside: tuple[str, ...] = ()
    """Folders of the repository that its program may be in."""
    answer: AnswerShape | None = None
    """None for SARIF."""
    sarif_where: str = ""
    """Where this file is above a changed one, `sarif_arguments` are used."""
    sarif_arguments: tuple[str, ...] = ()
    severity: Severity | None = None
    """Of all its findings, where its own levels tell nothing."""
    rules: dict[str, Severity] = {}
    """By the beginning of a rule's name; goes before all else."""
    levels: dict[str, Severity] = {}
    """By the linter's own word for a level."""
    once: tuple[str, ...] = ()
    """Rules of which only the first in each file is told: what follows a syntax error is noise."""
    fixable: tuple[str, ...] = ("",)
    """Beginnings of the rules whose fixes are proposed; the empty one is all."""
    columns: Literal["points", "utf16", "bytes"] = "points"
    codes: tuple[int, ...] = (0, 1)
    """Exit codes of a run that went well."""
    may_be_silent: bool = False
    """Whether no output means that nothing was found."""
    unfit: str = ""
    """What it says where the project wants another version: as if it were not installed."""
    environment: tuple[str, ...] = ()
    """Variables that it needs besides the usual ones."""
    set: dict[str, str] = {}
    """Variables that it is given."""


def linter_rows() -> tuple[LinterRow, ...]:
    """The linters that we know; read from the data file at each call."""
    text = Path(__file__).with_name("linters.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[LinterRow, ...])
