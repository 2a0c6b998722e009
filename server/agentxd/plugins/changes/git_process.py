"""Runs git in a repository that may be hostile: nothing that its configuration names is run."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from agentxd.kernel.errors import AgentxError, InvalidRequestError, WorkspaceRefusedError

_SETTINGS = {
    "advice.graftFileDeprecated": "false",
    "safe.directory": "*",  # a foreign owner is no obstacle, because of all the others
    "color.ui": "never",
    "core.alternateRefsCommand": "",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.external": "",
    "gc.auto": "0",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "protocol.allow": "never",  # objects that are not here are not fetched
    "submodule.recurse": "false",
}
_OPTIONS = [word for item in _SETTINGS.items() for word in ("-c", "=".join(item))]
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",  # what is pushed are the objects themselves
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_NO_FILTER = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
_FROM_A_HOOK = ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
"""What git tells its hooks about the repository that they run for, and is true of no other."""
_QUESTIONS = (
    "--absolute-git-dir",
    "--git-common-dir",
    "--is-shallow-repository",
    "--show-object-format",
    "--is-inside-work-tree",
)
_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_SECONDS = 120.0
"""A git that takes longer hangs."""


class Git:
    """The git of one folder: a work tree, a folder in it, or a bare repository. Blocks."""

    def __init__(self, root: str, environment: Mapping[str, str] | None = None) -> None:
        """`environment` is where GIT_INDEX_FILE and the like are looked for: the process's own.

        Raises WorkspaceRefusedError where there is no repository, or no git.
        """
        given = os.environ if environment is None else environment
        self.root = os.path.realpath(root)
        self._environment = {name: v for name, v in given.items() if not name.startswith("GIT_")}
        self._environment |= _ENVIRONMENT
        found = self._found() or self._found(_named_place(given))
        if not found:
            raise WorkspaceRefusedError(
                f"{root} is no git repository", "Run it inside of one, or: git init"
            )
        *_, git_dir, common, is_shallow, object_format, is_inside = found
        self.git_dir = git_dir
        """Its own folder: of a worktree, below that of the main one."""
        self.common_dir = os.path.normpath(Path(self.root, common))
        self.is_shallow = is_shallow == "true"
        self.has_work_tree = is_inside == "true"
        self.empty_tree = _EMPTY_TREES.get(object_format, _EMPTY_TREES["sha1"])
        """The id of a tree without files."""
        if _is_same(given.get("GIT_DIR", git_dir), git_dir):
            self._environment |= _absolute(given, _FROM_A_HOOK)

    def run(
        self, arguments: Sequence[str], text: bytes = b"", *, accepted: Sequence[int] = (0,)
    ) -> bytes:
        """What git prints. Raises WorkspaceRefusedError with what it complains about."""
        done = self.attempt(arguments, text)
        if done.returncode not in accepted:
            reason = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
            raise WorkspaceRefusedError(
                f"git {arguments[0]} failed: {reason}",
                "Run: git fsck; what a partial clone lacks is not fetched from here: git diff",
            )
        return done.stdout

    def attempt(
        self, arguments: Sequence[str], text: bytes = b"", *, outside: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it whatever comes of it; `outside` is a folder where it is to see no repository.

        Raises WorkspaceRefusedError without git, or if it hangs.
        """
        try:
            return subprocess.run(
                self.command(arguments),
                cwd=outside or self.root,
                env=_seeing_none(self._environment, outside) if outside else self._environment,
                input=text,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise WorkspaceRefusedError(
                f"git {arguments[0]} did not end within {_SECONDS:.0f} s", "Run: git status"
            ) from error
        except OSError as error:
            raise _without_git(self.root) from error

    def forget_filters(self) -> None:
        """Run no filter from now on: they are programs, with whatever names they are given."""
        if "GIT_CONFIG_COUNT" in self._environment:
            return
        asked = ["config", "-z", "--name-only", "--get-regexp", r"^filter\."]
        keys = os.fsdecode(self.run(asked, accepted=(0, 1))).split("\0")[:-1]
        names = sorted({key.rpartition(".")[0] for key in keys})
        pairs = [(f"{name}.{word}", value) for name in names for word, value in _NO_FILTER]
        for number, (key, value) in enumerate(pairs):
            self._environment |= {
                f"GIT_CONFIG_KEY_{number}": key,
                f"GIT_CONFIG_VALUE_{number}": value,
            }
        self._environment["GIT_CONFIG_COUNT"] = str(len(pairs))

    def started(self, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        """One whose pipes the caller owns, and ends."""
        try:
            return subprocess.Popen(
                self.command(arguments),
                cwd=self.root,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise _without_git(self.root) from error

    @staticmethod
    def command(arguments: Sequence[str]) -> list[str]:
        """The words of a git that obeys nobody."""
        return ["git", "--no-pager", *_OPTIONS, *arguments]

    def _found(self, place: Mapping[str, str] | None = None) -> list[str]:
        """Of the repository here, or at the named place; nothing where there is none."""
        if place == {}:
            return []
        self._environment |= place or {}
        done = self.attempt(["rev-parse", *_QUESTIONS])
        return os.fsdecode(done.stdout).split("\n")[:-1] if done.returncode == 0 else []


def _without_git(root: str) -> AgentxError:
    if not Path(root).is_dir():
        return InvalidRequestError(f"there is no folder {root}", "Name one that is there.")
    return WorkspaceRefusedError("git was not found", "Install git.")


def _seeing_none(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """For a folder that may lie in a repository, and is to have nothing of it."""
    rest = {n: v for n, v in environment.items() if n not in ("GIT_DIR", "GIT_WORK_TREE")}
    ceiling = str(Path(os.path.realpath(folder)).parent)
    return rest | {"GIT_CEILING_DIRECTORIES": ceiling, "GIT_ATTR_NOSYSTEM": "1"}


def _named_place(given: Mapping[str, str]) -> dict[str, str]:
    """Of a repository that lies elsewhere than its work tree, as git names it for its hooks."""
    return _absolute(given, ("GIT_DIR", "GIT_WORK_TREE")) if "GIT_DIR" in given else {}


def _absolute(given: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Of what is there; several folders in one are absolute already."""
    return {
        name: given[name] if os.pathsep in given[name] else os.path.abspath(given[name])  # noqa: PTH100
        for name in names
        if given.get(name)
    }


def _is_same(left: str, right: str) -> bool:
    return os.path.realpath(left) == os.path.realpath(right)
