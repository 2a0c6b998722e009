"""The generated TypeScript and Lua compile, and take every example."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import agentxd_protocol
import pytest
from agentxd_protocol.methods import METHODS
from needs import need

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "vscode-extension"
EXAMPLES = Path(agentxd_protocol.__file__).parent / "examples"
TSC = EXTENSION / "node_modules/.bin/tsc"
LUA = ROOT / "neovim-plugin/lua/agentxd/protocol_gen.lua"

pytestmark = pytest.mark.real


def compiled(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Type-check a text beside a copy of the generated types."""
    (folder / "src").mkdir()
    shutil.copy(EXTENSION / "src/protocol.gen.ts", folder / "src")
    shutil.copy(EXTENSION / "tsconfig.base.json", folder)
    settings = {"extends": "./tsconfig.base.json", "include": ["src"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings))
    (folder / "src/text.ts").write_text(text)
    return subprocess.run(
        [TSC, "--project", folder / "tsconfig.json"], capture_output=True, text=True, check=False
    )


def test_typescript_takes_every_example(tmp_path: Path) -> None:
    need(TSC.exists() and shutil.which("node"), "typescript")
    examples: dict[str, Any] = {
        path.stem: json.loads(path.read_text()) for path in EXAMPLES.glob("*.json")
    }
    lines = ["import type * as wire from './protocol.gen.ts';"]
    lines += [
        f"export const a{name}: wire.{name} = {json.dumps(data)};"
        for name, data in examples.items()
    ]
    done = compiled(tmp_path, "\n".join(lines))
    assert done.returncode == 0, done.stdout


WRONG: dict[str, tuple[str, str]] = {
    "an unknown method": ('client.request("agentx/proposal/burn", {})', "TS2345"),
    "params of another method": (
        'client.request("agentx/hunk/accept", { goal: "fix lint" })',
        "TS2353",
    ),
    "a field that the result lacks": (
        '(await client.request("agentx/task/list", {})).proposals',
        "TS2339",
    ),
    "a state that does not exist": (
        '(await client.request("agentx/task/get", { taskId: "t1" })).task.state === "done"',
        "TS2367",
    ),
}


def program(expression: str) -> str:
    return (
        'import type { TypedClient } from "./protocol.gen.ts";\n'
        "export async function use(client: TypedClient): Promise<unknown> {\n"
        f"  return {expression};\n}}\n"
    )


def test_typescript_knows_a_request_by_its_name(tmp_path: Path) -> None:
    need(TSC.exists() and shutil.which("node"), "typescript")
    good = '(await client.request("agentx/hunk/accept", { ids: ["p1.1"] })).hunks[0]?.state'
    done = compiled(tmp_path, program(good))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_typescript_refuses(tmp_path: Path, case: tuple[str, str]) -> None:
    need(TSC.exists() and shutil.which("node"), "typescript")
    expression, error = case
    done = compiled(tmp_path, program(expression))
    assert f"error {error}:" in done.stdout


def test_lua_loads_and_knows_every_method() -> None:
    lua = shutil.which("lua5.1") or shutil.which("luajit")
    need(lua, "lua5.1")
    script = (
        f"local m = dofile({json.dumps(str(LUA))}); local n = 0;"
        "for _ in pairs(m.METHODS) do n = n + 1 end;"
        "print(n, m.ERROR_CODES.not_found, m.PROTOCOL_VERSION)"
    )
    done = subprocess.run([str(lua), "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(METHODS)), "-33001", "1.0"]
