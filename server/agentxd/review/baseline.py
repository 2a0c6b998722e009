"""Findings in code that was there before anybody reviewed: known, and not raised."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Finding
from agentxd.review.fingerprints import alternatives, pathless

BASELINE_PATH = ".agent/review-baseline.json"
_VERSION = 1
_FINGERPRINT = "^[0-9a-f]{16}$"


class Known(Struct, frozen=True, kw_only=True):
    """An old finding."""

    fingerprint: Annotated[str, Meta(pattern=_FINGERPRINT)]
    rule: str
    path: str
    count: int = 1
    """How many findings have this fingerprint; mostly one."""


class _File(Struct, frozen=True, kw_only=True):
    version: int
    findings: tuple[Known, ...] = ()


class Baseline:
    """All old findings of a repository."""

    def __init__(self, items: Iterable[Known] = ()) -> None:
        self.items = tuple(sorted(items, key=lambda k: (k.path, k.rule, k.fingerprint)))
        self._names = {item.fingerprint for item in self.items}

    def in_tree(self, is_there: Callable[[str], bool]) -> "Baseline":
        """The same baseline; findings of files that are gone also go by their pathless form."""
        found = Baseline(self.items)
        gone = (item for item in self.items if not is_there(item.path))
        found._names |= {pathless(item.fingerprint, item.path) for item in gone}
        return found

    def holds(self, names: Iterable[str]) -> bool:
        """Whether a finding is an old one by any of its names (`fingerprints.alternatives`)."""
        return any(name in self._names for name in names)

    def held(self, finding: Finding, *, old_path: str = "") -> bool:
        """Whether the finding is an old one, also under the path that its file had before."""
        return self.holds((finding.fingerprint, *alternatives(finding, old_path)))


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """A baseline of everything that is found now."""
    counts = Counter((f.fingerprint, f.rule, f.path) for f in findings)
    return Baseline(
        Known(fingerprint=fingerprint, rule=rule, path=path, count=count)
        for (fingerprint, rule, path), count in counts.items()
    )


def parse_baseline(content: bytes, path: str = BASELINE_PATH) -> Baseline:
    """The baseline of a file. Raises InvalidRequestError where it is none of this version."""
    try:
        file = msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{path} is no baseline: {error}."
        raise InvalidRequestError(message, "Write it anew, or mend it.") from error
    if file.version != _VERSION:
        message = f"{path} has version {file.version}, not {_VERSION}."
        raise InvalidRequestError(message, "Write it anew with this version of AgentX.")
    return Baseline(file.findings)


def format_baseline(baseline: Baseline) -> bytes:
    """The bytes of the file: one line for each finding, in order, for small diffs."""
    rows = b",\n".join(b"  " + msgspec.json.encode(_plain(item)) for item in baseline.items)
    return b'{\n "version": %d,\n "findings": [\n%s\n ]\n}\n' % (_VERSION, rows)


def _plain(item: Known) -> dict[str, object]:
    """In the order of the fields; a path that UTF-8 cannot say shows U+FFFD."""
    return {
        "fingerprint": item.fingerprint,
        "rule": item.rule.encode(errors="replace").decode(),
        "path": item.path.encode(errors="replace").decode(),
        "count": item.count,
    }
