"""The whole VS Code extension type-checks, and keeps the house rules that the compiler does not know."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from needs import need

EXTENSION = Path(__file__).parents[2] / "vscode-extension"
SOURCES = [
    path
    for folder in ("src", "webview", "test")
    for path in sorted((EXTENSION / folder).rglob("*.ts"))
    if not path.name.endswith(".gen.ts")
]
MAX_LINES = 400


@pytest.mark.real
@pytest.mark.parametrize("project", ["tsconfig.json", "webview/tsconfig.json"])
def test_the_extension_type_checks(project: str) -> None:
    tsc = EXTENSION / "node_modules/.bin/tsc"
    is_there = tsc.exists() and (EXTENSION / "node_modules/vscode-languageclient").exists()
    need(is_there and shutil.which("node"), "typescript with the extension's packages")
    done = subprocess.run(
        [tsc, "--project", EXTENSION / project], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_type_is_any() -> None:
    loose = re.compile(r"(?:[:<|&,]|\bas)\s*any\b|@ts-(?:ignore|nocheck|expect-error)")
    found = [
        f"{path.relative_to(EXTENSION)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if loose.search(line) and not line.lstrip().startswith(("//", "*", "/*"))
    ]
    assert found == []


def test_files_are_small() -> None:
    lines = {str(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: n for path, n in lines.items() if n > MAX_LINES} == {}


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
