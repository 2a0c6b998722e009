"""What there is: the project's own configuration, files and programs, read through tools."""

import json
import re
import shlex
import tomllib
from configparser import ConfigParser
from configparser import Error as ConfigError
from typing import Any

from msgspec import Struct

from agentxd.kernel.errors import ProviderError
from agentxd.plugins.providers.mechanic.goals import Goal
from agentxd.plugins.providers.mechanic.script import Script, glob, read_files, run

_CONFIGURATION = (
    "pyproject.toml",
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
    """Read the configuration and see which programs are there. Raises ProviderError."""
    files = yield from read_files(_CONFIGURATION)
    yield from _check_scopes(goal)
    places = [scope for scope in goal.scopes if scope != "."] or [""]
    sources = yield from glob([*_globs(places), "test_*.py", "*_test.py", "src/**/*.py"])
    n_places = len(places)
    python, javascript = sources[:n_places], sources[n_places : 2 * n_places]
    go = sources[2 * n_places : 3 * n_places]
    *_, tests, more_tests, source_folder = sources
    programs = yield from _programs()
    return Project(
        files=files,
        programs=programs,
        has_python=any(python),
        has_python_tests=bool(tests or more_tests),
        has_javascript="package.json" in files and any(javascript),
        has_go="go.mod" in files and any(go),
        has_source_folder=bool(source_folder),
    )


def _globs(places: list[str]) -> list[str]:
    """For each language the patterns of each place; a place may be a file itself."""
    endings = ((".py", ".pyi"), (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue"), (".go",))
    patterns: list[str] = []
    for own in endings:
        for place in places:
            is_file = place.endswith(own)
            inside = f"{place}/**/*" if place else "*"
            patterns.append(place if is_file else f"{inside}{own[0][:3]}*")
    return patterns


def _check_scopes(goal: Goal) -> Script[None]:
    scopes = [scope for scope in goal.scopes if scope != "."]
    if not scopes:
        return
    found = yield from glob([f"{scope}/**" for scope in scopes])
    alone = yield from glob(scopes)
    for scope, inside, same in zip(scopes, found, alone, strict=True):
        if not inside and scope not in same:
            raise ProviderError(
                f"There is no file or folder {scope} that is not ignored.",
                "name a path relative to the workspace root",
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
        f'for p in {names}; do command -v "$p" >/dev/null && echo "$p"; done; {modules}; true'
    )
