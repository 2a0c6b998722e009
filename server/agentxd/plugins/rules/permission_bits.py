"""The rule permission-bits: modes that a change gives to files by mistake."""

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.paths import is_foreign, suffix

_LINK, _MODULE, _REGULAR = 0o120000, 0o160000, 0o100000
_KIND = 0o170000
_KIND_NAMES = {_LINK: "a symbolic link", _MODULE: "a submodule", _REGULAR: "a file"}
_RUNNABLE = frozenset(
    {"sh", "bash", "zsh", "fish", "ksh", "csh", "bat", "cmd", "ps1", "exe", "com", "bin", "run"}
    | {"appimage", "awk", "sed", "command", "jar", "phar", "pyz", "out", "elf", "so", "dylib"}
)
"""Endings of what may be executable without a first line that says how."""
_PROGRAMS = (b"#!", b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"PK\x03\x04")
_SET_ID, _ANY_WRITE, _ANY_EXECUTE = 0o6000, 0o002, 0o111


class PermissionBits:
    """Finds executable data, files open to everybody, and files that became something else."""

    info = RuleInfo(
        id="permission-bits",
        title="mode of a file that looks like a mistake",
        severity=Severity.WARNING,
        doc=(
            "A file's mode travels with it, and nobody sees it in a diff. Found are: an executable "
            "bit, newly set on what is no program (no `#!` line, no shell script); set-user-id "
            "bits and files that everybody may write; a file, symbolic link or submodule that "
            "became another one of the three, as a checkout without symbolic links does; links "
            "that lead out of the repository; a repository inside of it that no `.gitmodules` "
            "knows; and, as a note, a script that lost its executable bit. Of "
            "many files with a wrong executable bit, all but the first are notes.\n\n"
            "Not found are modes that were there before the change. Set a mode back with "
            "`git update-index --chmod=-x FILE`."
        ),
        bad=(
            Example("README.md", "# Readme\n", is_executable=True),
            Example("src/index.ts", "export {};\n", old="export {}\n", is_executable=True),
            Example("data/words.csv", "a,b\n", is_executable=True),
        ),
        good=(
            Example("bin/tool", "#!/bin/sh\nexit 0\n", is_executable=True),
            Example("build.cmd", "@echo off\r\n", is_executable=True),
            Example("lib/common.sh", "greet() { echo hi; }\n", is_executable=True),
            Example("README.md", "# Readme\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """At most one finding: the worst."""
        if file.new_mode in (0, file.old_mode):
            return
        told = _trouble(file, ground)
        if told is not None:
            severity, message, advice = told
            yield Finding(
                rule=self.info.id,
                severity=severity,
                path=file.path,
                message=message,
                advice=advice,
                is_about_file=True,
                anchor=message,
            )


_Told = tuple[Severity, str, str]


def _trouble(file: ChangedFile, ground: Ground) -> _Told | None:
    kind, old_kind = file.new_mode & _KIND, file.old_mode & _KIND
    if old_kind and kind != old_kind:
        return _became(file, _KIND_NAMES.get(old_kind, "a file"), _KIND_NAMES.get(kind, "a file"))
    if kind == _LINK:
        return _link(file.path, (file.new or b"").decode(errors="replace"))
    if kind == _MODULE:
        return _module(file.path, ground)
    return _bits(file, ground)


def _became(file: ChangedFile, old: str, new: str) -> _Told:
    is_lost = old == "a symbolic link" and (file.new or b"").strip() == (file.old or b" ").strip()
    if is_lost:
        return (
            Severity.WARNING,
            "a symbolic link became a text file that holds its target",
            "Restore the link from a checkout with core.symlinks=true",
        )
    is_note = old == "a symbolic link" and new == "a file"
    return (
        Severity.NOTE if is_note else Severity.WARNING,
        f"{old} became {new}",
        "Make sure that this is meant",
    )


def _link(path: str, target: str) -> _Told | None:
    if target.startswith(("/", "~")) or target[1:3] in (":\\", ":/"):
        message = "a symbolic link leads to an absolute path, which no other machine needs to have"
    elif normpath(join(dirname(path), target)).startswith(".."):
        message = "a symbolic link leads out of the repository"
    else:
        return None
    return Severity.WARNING, message, "Let it lead to a file of the repository, by a relative path"


def _module(path: str, ground: Ground) -> _Told | None:
    known = ground.tree.read(".gitmodules") or b""
    if path.encode() in known:
        return None
    return (
        Severity.WARNING,
        "a repository inside of the repository was added, and .gitmodules does not know it",
        "Add it with git submodule add, or take it out with git rm --cached",
    )


def _bits(file: ChangedFile, ground: Ground) -> _Told | None:
    added = file.new_mode & ~file.old_mode
    if added & _SET_ID:
        return Severity.ERROR, "the file runs with the rights of its owner", "Take the bit away"
    if added & _ANY_WRITE:
        return Severity.WARNING, "everybody may write the file", "Take the bit away: chmod o-w"
    if added & _ANY_EXECUTE and not _is_program(file):
        return (
            Severity.WARNING if _is_first(file, ground) else Severity.NOTE,
            "the file is executable, but it is no program",
            "Take the bit away: git update-index --chmod=-x, or add a #! line",
        )
    lost = file.old_mode & ~file.new_mode & _ANY_EXECUTE
    if lost and (file.new or b"").startswith(b"#!"):
        return Severity.NOTE, "a script is no longer executable", "Make sure that this is meant"
    return None


def _is_first(file: ChangedFile, ground: Ground) -> bool:
    """Of many files with the same mistake one is enough to notice."""
    same = (
        one
        for one in ground.change.files
        if one.new_mode & ~one.old_mode & _ANY_EXECUTE and not _is_program(one)
    )
    return next(same, file).path == file.path and not is_foreign(file.path)


def _is_program(file: ChangedFile) -> bool:
    """Nobody can tell of contents that were not read."""
    if file.new is None or not file.is_whole:
        return True
    return file.new.startswith(_PROGRAMS) or suffix(file.path) in _RUNNABLE
