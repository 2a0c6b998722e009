"""What there is: the project's own configuration, files and programs, read through tools."""

import json
import re
import shlex
import tomllib
from collections.abc import Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from itertools import chain, islice
from typing import Any

from msgspec import Struct

from agentxd.kernel.errors import NotFoundError
from agentxd.plugins.providers.mechanic.goals import Goal
from agentxd.plugins.providers.mechanic.script import Script, glob, read_files, run

_CONFIGURATION = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "tox.ini",
    "ruff.toml",
    ".ruff.toml",
    "package.json",
    "go.mod",
    "Makefile",
)
_PROGRAMS = (
    ".venv/bin/ruff",
    ".venv/bin/black",
    ".venv/bin/isort",
    ".venv/bin/pytest",
    ".venv/bin/python",
    "node_modules/.bin/eslint",
    "node_modules/.bin/prettier",
    "node_modules/.bin/biome",
)
_ON_PATH = ("ruff", "black", "isort", "python3", "npm", "go", "gofmt", "goimports", "make")
_MODULES = ("pytest", "ruff")
_RUFF_FLOOR = 7
"""Ruff knows no Python older than 3.7."""
_REQUIRES = re.compile(r"""python_requires\s*=\s*["']?[^"'\n]*?>=\s*3\.(\d+)""")
_CLASSIFIER = re.compile(r"Programming Language :: Python :: 3\.(\d+)\b")
_ENDINGS = ((".py", ".pyi"), (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue"), (".go",))
"""Of Python, of JavaScript and TypeScript, of Go."""
_TARGET = re.compile(r"^([A-Za-z][\w-]*)\s*:(?!=)", re.MULTILINE)


class Project(Struct, frozen=True):
    """The project as far as the mechanic needs to know it."""

    files: dict[str, str]
    """Text of the configuration files that are there."""
    programs: frozenset[str]
    """Programs that can be run: paths in the workspace, names on PATH, `python3 -m x`."""
    has_python: bool = False
    has_python_tests: bool = False
    has_javascript: bool = False
    has_go: bool = False
    has_source_folder: bool = False
    """Python packages are under src/."""

    @property
    def pyproject(self) -> dict[str, Any]:
        """Tables of pyproject.toml; empty where there is none or it cannot be read."""
        try:
            return tomllib.loads(self.files.get("pyproject.toml", ""))
        except tomllib.TOMLDecodeError:
            return {}

    def tool_table(self, name: str) -> dict[str, Any] | None:
        """The `[tool.<name>]` table, None where the project has none."""
        found = self.pyproject.get("tool", {}).get(name)
        return found if isinstance(found, dict) else None

    def has_section(self, name: str) -> bool:
        """Whether setup.cfg or tox.ini has such a section."""
        for path in ("setup.cfg", "tox.ini"):
            parser = ConfigParser(interpolation=None)
            try:
                parser.read_string(self.files.get(path, ""))
            except ConfigError:
                continue
            if parser.has_section(name):
                return True
        return False

    @property
    def target_version(self) -> str:
        """`py38`, the oldest Python of the project, where ruff itself would not find it.

        Ruff reads `requires-python` and its own `target-version`; without them it takes a recent
        Python for granted and writes what older ones do not understand.
        """
        own = [self.files.get("ruff.toml", ""), self.files.get(".ruff.toml", "")]
        is_known = "requires-python" in self.pyproject.get("project", {})
        if is_known or "target-version" in "".join([*own, str(self.tool_table("ruff") or "")]):
            return ""
        places = ("setup.py", "setup.cfg", "pyproject.toml")
        text = "\n".join(self.files.get(path, "") for path in places)
        found = _REQUIRES.findall(text) or _CLASSIFIER.findall(text)
        return f"py3{max(_RUFF_FLOOR, min(map(int, found)))}" if found else ""

    @property
    def is_pytest_project(self) -> bool:
        """Whether its configuration speaks of pytest."""
        return any("pytest" in text for text in self.files.values())

    @property
    def scripts(self) -> dict[str, str]:
        """The `scripts` of package.json."""
        try:
            found = json.loads(self.files.get("package.json", "{}")).get("scripts", {})
        except (ValueError, AttributeError):
            return {}
        return {str(name): str(line) for name, line in found.items()}

    @property
    def make_targets(self) -> frozenset[str]:
        """Targets of the Makefile that have a plain name."""
        return frozenset(_TARGET.findall(self.files.get("Makefile", "")))

    def first_of(self, *programs: str) -> str:
        """The first of these that can be run, or empty."""
        return next((program for program in programs if program in self.programs), "")


def look_around(goal: Goal) -> Script[Project]:
    """Read the configuration and see which programs are there. Raises NotFoundError."""
    files = yield from read_files(_CONFIGURATION)
    yield from _check_scopes(goal)
    places = [scope for scope in goal.scopes if scope != "."] or [""]
    wanted = [_globs(own, places) for own in _ENDINGS]
    sources = yield from glob([*chain(*wanted), "test_*.py", "*_test.py", "src/**/*.py"])
    found = iter(sources)
    python, javascript, go = [any([*islice(found, len(patterns))]) for patterns in wanted]
    tests, more_tests, source_folder = found
    programs = yield from _programs()
    return Project(
        files=files,
        programs=programs,
        has_python=python,
        has_python_tests=bool(tests or more_tests),
        has_javascript="package.json" in files and javascript,
        has_go="go.mod" in files and go,
        has_source_folder=bool(source_folder),
    )


def _globs(endings: Sequence[str], places: Sequence[str]) -> list[str]:
    """The patterns of one language in each place; a place may be a file itself."""
    patterns: list[str] = []
    for place in places:
        inside = f"{place}/**/*" if place else "*"
        is_file = place.endswith(tuple(endings))
        patterns += [place] if is_file else [inside + ending for ending in endings]
    return patterns


def _check_scopes(goal: Goal) -> Script[None]:
    scopes = [scope for scope in goal.scopes if scope != "."]
    if not scopes:
        return
    found = yield from glob([f"{scope}/**" for scope in scopes])
    alone = yield from glob(scopes)
    for scope, inside, same in zip(scopes, found, alone, strict=True):
        if not inside and scope not in same:
            raise NotFoundError(
                f"There is no file or folder {scope} that is not ignored.",
                "name a path relative to the top of the workspace",
            )


def _programs() -> Script[frozenset[str]]:
    looked = yield from run(_probe_line(), "Seeing which tools are there.", is_look=True)
    return frozenset(looked.output.splitlines())


def _probe_line() -> str:
    paths = " ".join(_PROGRAMS)
    names = " ".join(_ON_PATH)
    modules = "; ".join(
        f"python3 -c {shlex.quote(f'import {name}')} 2>/dev/null && echo 'python3 -m {name}'"
        for name in _MODULES
    )
    return (
        f'for p in {paths}; do test -x "$p" && echo "$p"; done; '
        f'for p in {names}; do type "$p" >/dev/null 2>&1 && echo "$p"; done; {modules}; true'
    )
