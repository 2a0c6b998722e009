"""Which commands do the work and which check it, from what the project itself names."""

import shlex
from collections.abc import Callable, Sequence

from msgspec import Struct

from agentxd.plugins.providers.mechanic.goals import Goal, Kind
from agentxd.plugins.providers.mechanic.project import Project

_NO_TEST = "no test specified"


class Fixer(Struct, frozen=True):
    """A command that changes files."""

    command: str
    verify: str = ""
    """A command that only looks, run before and after as evidence."""
    fine_codes: tuple[int, ...] = (0,)
    """Exit codes that do not mean trouble; linters say 1 for findings that remain."""


def fixers_of(project: Project, goal: Goal) -> tuple[list[Fixer], list[str]]:
    """The commands for a goal, and what no tool was found for, in words."""
    fixers: list[Fixer] = []
    missing: list[str] = []
    for kind in goal.kinds:
        found: list[Fixer] = []
        for language, is_there, make in _languages(project):
            if is_there:
                own = make(project, kind, goal.scopes)
                found += own
                if not own:
                    missing.append(f"{kind.value} in {language}")
        if not found and not goal.scopes:
            found = _make_fixers(project, kind)
        if not found and not missing:
            missing.append(kind.value)
        fixers += found
    return _unique(fixers), missing


def checks_of(project: Project) -> list[str]:
    """The project's tests."""
    checks = [_python_tests(project), _javascript_tests(project)]
    if project.has_go and project.first_of("go"):
        checks.append("go test ./...")
    found = [check for check in checks if check]
    if not found and "test" in project.make_targets and project.first_of("make"):
        found = ["make test"]
    return found


def untested(project: Project) -> str:
    """Why the project's own tests are not among the checks; empty where they are."""
    if project.has_python_tests and project.is_pytest_project and not _python_tests(project):
        return (
            "The project's tests need pytest, which is not there, so they were not run;"
            " a .venv with it in the project is found and used."
        )
    return ""


def _languages(
    project: Project,
) -> list[tuple[str, bool, Callable[[Project, Kind, Sequence[str]], list[Fixer]]]]:
    return [
        ("Python", project.has_python, python_fixers),
        ("JavaScript and TypeScript", project.has_javascript, javascript_fixers),
        ("Go", project.has_go, go_fixers),
    ]


def python_fixers(project: Project, kind: Kind, scopes: Sequence[str]) -> list[Fixer]:
    """Ruff by default; black and isort where the project uses and has them."""
    places = _places(scopes)
    black = project.first_of(".venv/bin/black", "black")
    if kind is Kind.FORMAT and project.tool_table("black") is not None and black:
        return [Fixer(f"{black} -q {places}", f"{black} --check -q {places}")]
    isort = project.first_of(".venv/bin/isort", "isort")
    is_isort = project.tool_table("isort") is not None or project.has_section("isort")
    if kind is Kind.IMPORTS and is_isort and isort:
        return [Fixer(f"{isort} -q {places}", f"{isort} --check-only -q {places}")]
    ruff = project.first_of(".venv/bin/ruff", "ruff", "python3 -m ruff")
    return _ruff_fixers(project, kind, ruff, places) if ruff else []


def _ruff_fixers(project: Project, kind: Kind, ruff: str, places: str) -> list[Fixer]:
    common = "--no-cache --force-exclude"
    if project.target_version:
        common += f" --target-version {project.target_version}"
    if kind is Kind.FORMAT:
        rest = f"{common}{_black_line_length(project)} {places}"
        return [Fixer(f"{ruff} format {rest}", f"{ruff} format --check {rest}")]

    def check(select: str, fix: str = "--fix") -> Fixer:
        rest = " ".join(part for part in (common, select, places) if part)
        # Without --no-fix a project's own `fix = true` would make the check itself a change.
        looks = f"{ruff} check --no-fix {rest}"
        return Fixer(f"{ruff} check {fix} {rest}", looks, fine_codes=(0, 1))

    if kind is Kind.UNUSED:
        return [check("--select F401,F811"), check("--select F841", "--fix --unsafe-fixes")]
    return [check({Kind.MODERNISE: "--select UP", Kind.IMPORTS: "--select I"}.get(kind, ""))]


def _black_line_length(project: Project) -> str:
    """Black is configured but not there: ruff formats alike, with black's line length."""
    length = (project.tool_table("black") or {}).get("line-length")
    return f" --line-length {length}" if isinstance(length, int) else ""


def javascript_fixers(project: Project, kind: Kind, scopes: Sequence[str]) -> list[Fixer]:
    """The project's own scripts for the whole of it, its installed eslint and prettier else."""
    places = _places(scopes)
    npm = project.first_of("npm")
    names = {Kind.LINT: ("lint:fix", "lint-fix", "fix"), Kind.FORMAT: ("format", "fmt")}
    if npm and not scopes:
        for name in names.get(kind, ()):
            if name in project.scripts:
                return [Fixer(f"npm run {name}", fine_codes=(0, 1))]
    eslint = project.first_of("node_modules/.bin/eslint")
    if kind is Kind.LINT and eslint:
        return [Fixer(f"{eslint} --fix {places}", f"{eslint} {places}", fine_codes=(0, 1))]
    prettier = project.first_of("node_modules/.bin/prettier")
    if kind is Kind.FORMAT and prettier:
        options = "--log-level warn --ignore-unknown"
        return [
            Fixer(
                f"{prettier} --write {options} {places}", f"{prettier} --check {options} {places}"
            )
        ]
    biome = project.first_of("node_modules/.bin/biome")
    verb = {Kind.LINT: "lint", Kind.FORMAT: "format", Kind.IMPORTS: "check"}.get(kind)
    if verb and biome:
        fixer = f"{biome} {verb} --write {places}"
        return [Fixer(fixer, f"{biome} {verb} {places}", fine_codes=(0, 1))]
    return []


def go_fixers(project: Project, kind: Kind, scopes: Sequence[str]) -> list[Fixer]:
    """gofmt; go vet only looks, so for lint it is the evidence beside gofmt's simplifications."""
    places = _places(scopes)
    gofmt = project.first_of("gofmt")
    goimports = project.first_of("goimports")
    if kind is Kind.IMPORTS and goimports:
        return [Fixer(f"goimports -w {places}", f"goimports -l {places}")]
    if not gofmt or kind is Kind.UNUSED:
        return []
    if kind in (Kind.FORMAT, Kind.IMPORTS):
        return [Fixer(f"gofmt -w {places}", f"gofmt -l {places}")]
    verify = "go vet ./..." if kind is Kind.LINT and project.first_of("go") else ""
    return [Fixer(f"gofmt -s -w {places}", verify)]


def _make_fixers(project: Project, kind: Kind) -> list[Fixer]:
    names = {Kind.LINT: ("lint-fix", "fix"), Kind.FORMAT: ("fmt", "format")}
    for name in names.get(kind, ()):
        if name in project.make_targets and project.first_of("make"):
            return [Fixer(f"make {name}")]
    return []


def _python_tests(project: Project) -> str:
    if not project.has_python_tests:
        return ""
    path = "PYTHONPATH=src " if project.has_source_folder else ""
    options = "-q -rfE -p no:cacheprovider"
    if project.first_of(".venv/bin/pytest") and project.first_of(".venv/bin/python"):
        return f"{path}.venv/bin/python -m pytest {options}"
    if project.first_of("python3 -m pytest"):
        return f"{path}python3 -m pytest {options}"
    if project.is_pytest_project:
        return ""  # unittest would fail on the very import of it
    python = project.first_of(".venv/bin/python", "python3")
    return f"{path}{python} -m unittest discover" if python else ""


def _javascript_tests(project: Project) -> str:
    test = project.scripts.get("test", "")
    return "npm test" if test and _NO_TEST not in test and project.first_of("npm") else ""


def _places(scopes: Sequence[str]) -> str:
    """Paths for a command line; one that starts with a dash is no option."""
    safe = [f"./{scope}" if scope.startswith("-") else scope for scope in scopes]
    return shlex.join(safe) if safe else "."


def _unique(fixers: Sequence[Fixer]) -> list[Fixer]:
    return list({fixer.command: fixer for fixer in fixers}.values())
