"""The files in which a repository keeps what people said about findings."""

import contextlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from agentxd_protocol import places

from agentxd.kernel.errors import InvalidRequestError, StorageError
from agentxd.kernel.review import Finding
from agentxd.review.answers import ANSWERS_PATH, parse_answers
from agentxd.review.baseline import (
    BASELINE_PATH,
    Baseline,
    baseline_of,
    format_baseline,
    parse_baseline,
)
from agentxd.review.judging import Kept

_LAST = "last-review.json"
_MOST_KEPT = 500
"""Findings of the last reviews."""


def kept_of(root: str) -> Kept:
    """What is kept. Raises InvalidRequestError for a file that cannot be understood."""

    def is_there(path: str) -> bool:
        return (Path(root) / path).exists()

    answers = content(root, ANSWERS_PATH).decode("utf-8", "replace")
    baseline = content(root, BASELINE_PATH)
    return Kept(
        parse_answers(answers).in_tree(is_there),
        parse_baseline(baseline).in_tree(is_there) if baseline else Baseline(),
        datetime.now(UTC).astimezone().date(),
    )


def write_baseline(root: str, findings: Sequence[Finding]) -> None:
    """From now on these are old. Raises StorageError."""
    write(Path(root) / BASELINE_PATH, format_baseline(baseline_of(findings)))


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """All or nothing. Raises StorageError."""
    import tempfile  # noqa: PLC0415  # slow to load, and a clean push writes nothing

    try:
        path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".review-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}", "Make room, or mend its folder."
        ) from error


def keep_last(root: str, findings: Sequence[Finding]) -> None:
    """So that they can be answered by their fingerprints; nothing is lost where it cannot be.

    Those of reviews before stay behind the new ones: a save in an editor is a review, too.
    """
    folder = places.state_dir(root)
    known = {one.fingerprint: one for one in (*findings, *last_findings(root))}
    with contextlib.suppress(OSError, StorageError):
        places.make_private(folder)
        latest = list(known.values())[:_MOST_KEPT]
        write(Path(folder) / _LAST, msgspec.json.encode(latest), 0o600)


def last_findings(root: str) -> list[Finding]:
    """Those of the last review."""
    try:
        data = Path(places.state_dir(root), _LAST).read_bytes()
        return msgspec.json.decode(data, type=list[Finding])
    except (OSError, msgspec.DecodeError):
        return []


def content(root: str, name: str) -> bytes:
    """Of a file below the root; empty where there is none. Raises InvalidRequestError."""
    path = Path(root) / name
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise InvalidRequestError(
            f"{name} cannot be read: {error.strerror}", "Mend the file."
        ) from error
