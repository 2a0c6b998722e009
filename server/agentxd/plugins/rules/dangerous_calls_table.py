"""The patterns of dangerous calls, one data file for each language, read when one is met."""

import re
import tomllib
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Severity

_TABLES = {
    "python": "python",
    "javascript": "javascript",
    "typescript": "javascript",
    "tsx": "javascript",
    "go": "go",
    "java": "java",
    "ruby": "ruby",
    "php": "php",
    "csharp": "csharp",
    "c": "c",
    "cpp": "c",
    "rust": "rust",
    "lua": "lua",
    "bash": "shell",
}
_SQL = Lazy(r"(?i)\bselect\s|\binsert\s|\bupdate\s|\bdelete\s|\breplace\s")
_MASKS = Lazy(r"\\x0[12]")
"""A pattern with one of these can only be searched for once strings are masked."""
_DOCKERFILE = Lazy(r"(?i)(?:^|/)(?:dockerfile|containerfile)(?:\.[\w.-]+)?$|\.dockerfile$")
_CI = Lazy(
    r"^\.github/(?:workflows|actions)/|(?:^|/)action\.ya?ml$|^\.gitlab-ci|^\.circleci/"
    r"|^azure-pipelines|^\.travis\.yml$|^bitbucket-pipelines|^\.drone\.yml$"
)


class Swap(Struct, frozen=True, forbid_unknown_fields=True):
    """What mends a call: a pattern within it, and what is put there."""

    find: str
    put: str
    title: str


class Pattern(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One row: where it begins, and what its argument must be like."""

    kind: str
    """Which message."""
    hints: tuple[str, ...]
    """One of these is in every file that has it."""
    pattern: str
    """In the masked text. Ends with the bracket of the arguments, or where a value begins."""
    argument: str = "first"
    """first or all: which arguments must not be constant; sql: that builds a statement; none."""
    built: str = "warning"
    """Severity where a variable is put into a literal; of all findings where argument is none."""
    bare: str = "note"
    """Severity where it is but a variable; empty for none."""
    needs: str = ""
    """Pattern that the arguments hold, strings included."""
    unless: str = ""
    """Pattern that they do not."""
    file_needs: tuple[str, ...] = ()
    """One of these is somewhere in the file."""
    file_unless: tuple[str, ...] = ()
    is_in_strings: bool = False
    """Whether it begins in a string: a key, or a literal that is run."""
    swap: Swap | None = None

    @cached_property
    def finder(self) -> re.Pattern[str]:
        """The pattern, made when it is first needed."""
        return re.compile(self.pattern)

    def is_likely(self, text: str) -> bool:
        """Whether it is worth it to mask the file; cheap."""
        return (
            any(hint in text for hint in self.hints)
            and (not self.file_needs or any(word in text for word in self.file_needs))
            and not any(word in text for word in self.file_unless)
            and (self.argument != "sql" or _SQL.search(text) is not None)
            and (_MASKS.search(self.pattern) is not None or self.finder.search(text) is not None)
        )

    def fits(self, arguments: str) -> bool:
        """By what the arguments must and must not hold."""
        is_needed = not self.needs or re.search(self.needs, arguments) is not None
        return is_needed and not (self.unless and re.search(self.unless, arguments))


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said about a kind of call; `{name}` is what is called."""

    message: str
    advice: str


def table_of(path: str, language: str) -> str:
    """The name of the data file for this file; empty for none."""
    if language in _TABLES:
        return _TABLES[language]
    is_recipe = _DOCKERFILE.search(path) or (language == "yaml" and _CI.search(path))
    return "shell" if is_recipe else ""


def is_dockerfile(path: str) -> bool:
    """By its name."""
    return _DOCKERFILE.search(PurePosixPath(path).name) is not None


def read_patterns(table: str) -> tuple[Pattern, ...]:
    """All rows of a data file."""
    return msgspec.convert(_read(table)["calls"], tuple[Pattern, ...])


def read_kinds() -> dict[str, Kind]:
    """What is said about each kind."""
    return msgspec.convert(_read("kinds"), dict[str, Kind])


def severity(word: str) -> Severity | None:
    """None where nothing is said."""
    return Severity(word) if word else None


def _read(name: str) -> dict[str, object]:
    file = Path(__file__).with_name("data") / f"dangerous_calls/{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))
