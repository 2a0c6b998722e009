"""The rule large-file: what makes every clone of the repository heavier for ever."""

from collections.abc import Iterator

from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.paths import is_lock

_NOTE_BYTES, _WARNING_BYTES, _ERROR_BYTES = 500_000, 2_000_000, 50_000_000
_KIND, _REGULAR = 0o170000, 0o100000
_LINE = "0123456789 0123456789 0123456789 0123456789\n"
_MANY = _NOTE_BYTES // len(_LINE) + 1


class LargeFiles:
    """Finds files that the change adds, or lets grow, beyond what a repository should carry."""

    info = RuleInfo(
        id="large-file",
        title="large file added",
        severity=Severity.WARNING,
        doc=(
            "Git keeps every version of every file for ever, and everybody downloads them all. A "
            f"new file of {_NOTE_BYTES // 1000} kB is a note, one of {_WARNING_BYTES // 10**6} MB "
            f"a warning, and one of {_ERROR_BYTES // 10**6} MB an error: hosts begin to refuse "
            "files of that size. A file that was large before counts only where the change makes "
            "it larger by such a step, and what is smaller than before never does. Lock files "
            "and generated files may have up to the second step.\n\n"
            "Keep such a file in Git LFS, in a release, or in an object store, and fetch it where "
            "it is needed."
        ),
        bad=(
            Example("data/measurements.csv", _LINE * _MANY),
            Example("assets/world.obj", _LINE * _MANY),
            Example("fixtures/dump.sql", _LINE * _MANY, old="select 1;\n"),
        ),
        good=(
            Example("data/small.csv", _LINE * 100),
            Example("package-lock.json", _LINE * _MANY),
            Example("data/big.csv", _LINE * _MANY, old=_LINE * (_MANY + 10)),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:  # noqa: ARG002  # the port
        """By the sizes alone, also where nobody read the contents."""
        severity = _severity(file, max(file.new_size, len(file.new or b"")))
        if severity is None or file.new_mode & _KIND not in (0, _REGULAR):
            return
        size = max(file.new_size, len(file.new or b""))
        yield Finding(
            rule=self.info.id,
            severity=severity,
            path=file.path,
            message=f"the file has {_told(size)}, and every clone will carry it",
            advice="Keep it in Git LFS or outside of the repository",
            is_about_file=True,
            anchor=severity,
        )


def _severity(file: ChangedFile, size: int) -> Severity | None:
    """By the bytes that the change adds to the file."""
    old_size = max(file.old_size, len(file.old or b""))
    is_made = file.is_generated or is_lock(file.path)
    steps = (
        (_ERROR_BYTES, Severity.ERROR),
        (_WARNING_BYTES, Severity.WARNING),
        (_NOTE_BYTES, Severity.NOTE),
    )
    for bytes_, severity in steps[: 2 if is_made else 3]:
        if size >= bytes_ and (old_size < bytes_ // 2 or size - old_size >= bytes_):
            return severity
    return None


def _told(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 10**6 else f"{size // 1000} kB"
