"""Two real Neovims, each with a daemon for a whole file of tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from daemons import DaemonHouse, daemon_house
from editors.neovim.driving import SUITES, Neovim, program, replacing
from editors.neovim.samples import CHANGES, TEXT
from needs import need

_VERSIONS = [
    # Tests of one file and one version share a daemon: one worker runs them.
    pytest.param(suite, marks=[pytest.mark.real, pytest.mark.xdist_group(f"neovim-{suite}")])
    for suite in SUITES
]


@pytest.fixture(scope="module", params=_VERSIONS)
def neovim(request: pytest.FixtureRequest) -> Path:
    """The program, of each version in turn."""
    found = program(request.param)
    need(found.exists(), f"Neovim of Debian {request.param} (.ci/install-neovim)")
    return found


@pytest.fixture(scope="module")
def workspace(neovim: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonHouse]:
    """A workspace with a daemon for a whole file; tests use files of their own in it."""
    with daemon_house(tmp_path_factory.mktemp(neovim.parts[-3])) as found:
        found.cli("config", "set", "idle_exit_seconds", "60")
        yield found


@pytest.fixture
def open_neovim(neovim: Path, workspace: DaemonHouse) -> Iterator[Callable[..., Neovim]]:
    """Starts editors on the workspace; all are gone at the end."""
    editors: list[Neovim] = []

    def start(*arguments: str, **options: Any) -> Neovim:
        editors.append(Neovim(neovim, workspace, *arguments, **options))
        return editors[-1]

    yield start
    for one in editors:
        one.close()


@pytest.fixture
def editor(open_neovim: Callable[..., Neovim]) -> Neovim:
    """One editor."""
    return open_neovim()


@pytest.fixture
def file(workspace: DaemonHouse, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Writes a file of this test's own; its path in the workspace."""

    def write(content: str | bytes, name: str = "") -> str:
        path = name or f"{request.node.originalname.removeprefix('test_')}.txt"
        target = workspace.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def two_hunks(editor: Neovim, file: Callable[..., str]) -> tuple[Neovim, str, str, str]:
    """An editor on a file with two open hunks, at lines 3 and 9: editor, path, and their names."""
    path = file(TEXT)
    editor.edit(path)
    proposal = editor.propose(*replacing(path, CHANGES), goal="renumber")
    one, two = (hunk["id"] for hunk in proposal["hunks"])
    editor.until_marks({one: [2, 3], two: [8, 9]})
    return editor, path, one, two
