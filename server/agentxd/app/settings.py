"""Settings from their files: defaults, then the user's, then the workspace's, then local ones."""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from agentxd_protocol.setting import ADDED_UP, AT_MOST, ONLY_OFF, USER_ONLY, Settings, spelled
from pydantic import ValidationError

from agentxd.app.setting_values import check_choice, check_meaning, provider_names
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StorageError

Json = dict[str, Any]
Effective = tuple[Settings, dict[str, str], list[str]]


class SettingsBook:
    """Reads and writes the three files of settings of one workspace."""

    settled_ns = 2_000_000_000
    """A file that changed less than so long ago may change again without looking any different."""

    def __init__(
        self, root: str, home: str, names: Callable[[], Sequence[str]] = provider_names
    ) -> None:
        self._names = names
        self._checked: dict[str, tuple[bytes, Json, list[str]]] = {}
        """Scope to the bytes that were read last and what was found in them: reading entry
        points for a provider that nobody knows takes longer than the event loop may wait."""
        self._kept: tuple[list[tuple[int, ...] | None], Effective] | None = None
        """How the files looked when they were read last, and what came of it."""
        self._root = Path(root)
        self._files = {
            "user": Path(home) / ".agent" / "settings.json",
            "project": Path(root) / ".agent" / "settings.json",
            "local": Path(root) / ".agent" / "settings.local.json",
        }

    def effective(self) -> Effective:
        """Settings, the scope of each that is not a default, and warnings about bad files.

        They are asked for several times in each step of a task: files that look as they did are
        not read again.
        """
        looks = [_look_of(path, self.settled_ns) for path in self._files.values()]
        if None in looks:
            return self._read_all()
        if self._kept is None or self._kept[0] != looks:
            self._kept = looks, self._read_all()
        return self._kept[1]

    def _read_all(self) -> Effective:
        values: dict[str, Any] = {}
        sources: dict[str, str] = {}
        warnings: list[str] = []
        for scope, path in self._files.items():
            for key, found in self._load(scope, path, warnings).items():
                value = found if scope == "user" else _tightened(key, values, found)
                if key in AT_MOST and value != found:
                    warnings.append(f"{path}: {key} stays {value}: only the user may raise it")
                if key not in values or value != values[key]:
                    values[key] = value
                    sources[key] = scope
        # Each value is checked already; without a file nothing of pydantic's validation is loaded,
        # which is a sixth of the cold start.
        return Settings.model_construct(**values), sources, warnings

    def written(self) -> dict[str, Json]:
        """Scope to the settings that stand in its file, whether they count or not."""
        return {scope: _known(path) for scope, path in self._files.items()}

    def set(self, key: str, value: Any, scope: str) -> None:
        """Write one setting; None takes it out. Raises InvalidRequestError, StorageError.

        NotFoundError for one that is not there to be taken out.
        """
        written, (key, member) = key, spelled(key)
        if scope not in self._files:
            raise InvalidRequestError(
                f"there is no scope {scope!r}", "Use one of: user, project, local."
            )
        path = self._files[scope]
        if scope != "user":
            self._check_place(path)
        with _alone(path):
            values = _read(path)
            if value is None:
                _take_out(values, key, member, f"{written} is not set in {path}")
            else:
                self._put(values, written, value, scope)
            _write(path, values)

    def path(self, scope: str) -> str:
        """The file of a scope."""
        return str(self._files[scope])

    def add_rules(self, key: str, folder: str, rules: Sequence[str]) -> dict[str, list[str]]:
        """Add to the user's rules of one workspace; the whole setting. Raises StorageError."""
        path = self._files["user"]
        with _alone(path):
            values = _read(path)
            found = values.get(key)
            by_folder = found if isinstance(found, dict) else {}
            before = by_folder.get(folder, [])
            whole = {**by_folder, folder: [*before, *(one for one in rules if one not in before)]}
            self._put(values, key, whole, "user")
            _write(path, values)
        return whole

    def _check_place(self, path: Path) -> None:
        """Raises InvalidRequestError where a repository's link makes it another's file.

        Above all the user's own: there its values would count as theirs.
        """
        folder = path.parent.resolve()
        is_users = folder == self._files["user"].parent.resolve()
        if is_users or not folder.is_relative_to(self._root.resolve()):
            raise InvalidRequestError(
                f"{path.parent} is {folder}, which is not the workspace's own",
                "Put a folder in the place of that link, or set it for yourself: --scope user.",
            )

    def _put(self, values: Json, written: str, value: Any, scope: str) -> None:
        key, member = spelled(written)
        if scope != "user" and key in USER_ONLY:
            raise InvalidRequestError(
                f"{key} can only be set by the user, because a repository must not loosen it",
                f"Use: agentxd config set --scope user {written} …",
            )
        before = values.get(key)
        given = {member: value} if member else value
        whole = {**before, **given} if member and isinstance(before, dict) else given
        _check(key, whole)
        check_meaning(key, given, self._names)
        values[key] = whole

    def _load(self, scope: str, path: Path, warnings: list[str]) -> Json:
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            warnings.append(f"{path} was left out: {error}")
            return {}
        if scope not in self._checked or self._checked[scope][0] != text:
            self._checked[scope] = (text, *self._sifted(scope, path, text))
        _, good, told = self._checked[scope]
        warnings += told
        return good

    def _sifted(self, scope: str, path: Path, text: bytes) -> tuple[Json, list[str]]:
        """What counts of a file, and what is wrong with it.

        An address or a provider that is none stays: what is sent must not go elsewhere instead.
        Whoever uses it says the same sentence and stops.
        """
        good: Json = {}
        warnings: list[str] = []
        try:
            found = _parsed(text)
        except ValueError as error:
            return {}, [f"{path} was left out: {error}"]
        for key, value in found.items():
            if scope != "user" and key in USER_ONLY:
                warnings.append(f"{path}: {key} was left out; only the user may set it")
                continue
            try:
                _check(key, value)
                good[key] = value
                check_meaning(key, value, self._names)
            except InvalidRequestError as error:
                warnings.append(f"{path}: {error.message}")
        return good, warnings


def _look_of(path: Path, settled_ns: int) -> tuple[int, ...] | None:
    """What is another after each change; empty without a file, None where it cannot be told."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    except OSError:
        return None
    if time.time_ns() - found.st_ctime_ns < settled_ns:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _parsed(text: bytes) -> Json:
    """Raises ValueError."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("it does not hold a JSON object")  # noqa: TRY004  # as a broken file
    return found


def _known(path: Path) -> Json:
    """The settings in a file; none of one that cannot be read."""
    try:
        found = _parsed(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in found.items() if key in Settings.model_fields}


def _read(path: Path) -> Json:
    """The file as it is, to be written again. Raises StorageError: nothing of it may be lost."""
    try:
        return _parsed(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{path} cannot be read: {error}", "Mend or remove that file, then try again."
        ) from error


def _take_out(values: Json, key: str, member: str, trouble: str) -> None:
    """Raises NotFoundError with that trouble."""
    holder = values.get(key) if member else values
    name = member or key
    if not isinstance(holder, dict) or name not in holder:
        raise NotFoundError(trouble, "See: agentxd config list")
    del holder[name]
    if member and not holder:
        del values[key]


def _tightened(key: str, values: dict[str, Any], found: Any) -> Any:
    """What a repository's file makes of a setting: what the user refused does not come back."""
    before = values.get(key, Settings.model_fields[key].default)
    if key in ADDED_UP:
        return [*before, *(rule for rule in found if rule not in before)]
    if key in ONLY_OFF:
        return before and found
    if key in AT_MOST:
        return min(before, found) if found > 0 else before
    return found


def _check(key: str, value: Any) -> None:
    if key not in Settings.model_fields:
        raise InvalidRequestError(
            f"there is no setting {key!r}", "See docs/reference/settings.md for all of them."
        )
    try:
        Settings.model_validate({key: value}, strict=True)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise _bad_value(key, value, reason) from error
    check_choice(key, value)
    if (key in AT_MOST and value < 1) or (key == "idle_exit_seconds" and value < 0):
        raise _bad_value(key, value, "it must be larger")


def _bad_value(key: str, value: Any, reason: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"{key} cannot be {json.dumps(value)}: {reason}",
        "See docs/reference/settings.md for its type.",
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile: each workspace's daemon writes into the user's.

    Raises StorageError.
    """
    there = next(folder for folder in path.parents[1:] if folder.exists())
    try:
        folder = os.open(there, os.O_RDONLY)  # a file for the lock would be seen by git
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # held for as long as a small file is written
        yield
    finally:
        os.close(folder)


def _write(path: Path, values: dict[str, Any]) -> None:
    """Replace the file in one step, so that a crash leaves the old or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(values, file, indent=2, sort_keys=True)
                file.write("\n")
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be written: {error.strerror}",
        "Check the permissions and the free space of that folder.",
    )
