"""Values of editing: what a model asked for, where it goes, and what became of the files."""

from enum import Enum, IntEnum

from msgspec import Struct


class Format(Enum):
    """How a model writes its edits."""

    STR_REPLACE = "str_replace"
    APPLY_PATCH = "apply_patch"
    SEARCH_REPLACE = "search_replace"
    UNIFIED_DIFF = "unified_diff"
    WHOLE_FILE = "whole_file"


class Level(IntEnum):
    """How closely the old lines were found; the higher, the looser."""

    EXACT = 0
    LINE_ENDS = 1
    """Apart from line endings and space at the end of lines."""
    INDENTATION = 2
    """Apart from an indentation that differs in one consistent way."""
    ANCHOR = 3
    """Some context lines differ, but the changed lines stand next to a unique run of lines."""

    @property
    def words(self) -> str:
        """As a person or a model reads it."""
        return _WORDS[self]


_WORDS = {
    Level.EXACT: "exactly",
    Level.LINE_ENDS: "apart from line ends and trailing space",
    Level.INDENTATION: "apart from indentation, which was adjusted",
    Level.ANCHOR: "by a unique anchor; some context lines differ",
}


class Action(Enum):
    """What is done to a file."""

    MODIFY = "modify"
    CREATE = "create"
    DELETE = "delete"
    REPLACE = "replace"
    """Whole content, whether or not the file is there."""


class Passage(Struct, frozen=True):
    """A piece of text, which may start and end within a line."""

    old: str
    new: str
    is_all: bool = False
    """Each place, not just one."""
    label: str = "`old`"


class Replacement(Struct, frozen=True):
    """Whole lines, without their line feeds, that become other lines."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    label: str = "The edit"
    """How an answer calls it, for instance "Hunk 2"."""
    scopes: tuple[str, ...] = ()
    """Lines above it, outermost first, that name the class or function it is in."""
    line: int = 0
    """1-based first line in the base, counted on only where the base is known; 0 unknown."""
    is_at_end: bool = False
    """The last old line is the last of the file."""
    has_final_newline: bool | None = None
    """Whether the file is to end with a line feed, where the edit reaches its end; None keeps."""


class FileEdit(Struct, frozen=True):
    """Everything that one answer of a model wants of one file."""

    path: str
    action: Action = Action.MODIFY
    pieces: tuple[Replacement | Passage, ...] = ()
    content: str = ""
    """Of a file that is created or replaced."""
    new_path: str = ""
    """Where the file goes; empty where it stays."""
    mode: int = 0
    """A new mode; 0 keeps it."""
    base: str = ""
    """Content id of the file that the edit was written for: a SHA-256 or the beginning of a git
    object id; empty where it is not known."""
    is_base_required: bool = False
    """Refuse the edit where the file is another one, instead of just not trusting line numbers."""


class Edit(Struct, frozen=True):
    """The one internal form: lines start to end of the base become `new`."""

    path: str
    base: str
    """SHA-256 of the content that the range counts in."""
    start: int
    """0-based line."""
    end: int
    """0-based line behind the last one."""
    new: bytes
    level: Level


class Spot(Struct, frozen=True):
    """Where one piece went."""

    line: int
    """1-based, in the base."""
    level: Level = Level.EXACT
    is_already: bool = False
    """The new text was there before; nothing was done."""
    n_places: int = 1


class FileResult(Struct, frozen=True):
    """One file before and after; None means absent."""

    path: str
    before: bytes | None
    after: bytes | None
    new_path: str = ""
    mode: int = 0
    spots: tuple[Spot, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        """Nothing is left to do: the edit had been made before."""
        return self.before == self.after and not self.new_path and not self.mode


class Applied(Struct, frozen=True):
    """Every edit found its place."""

    files: tuple[FileResult, ...]


class Refused(Struct, frozen=True):
    """At least one edit did not, so none was made; one paragraph for each."""

    problems: tuple[str, ...]
