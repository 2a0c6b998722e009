"""The event loop is not blocked: coroutines call nothing that waits for disk, git or a hash."""

import ast
from collections.abc import Iterator

from tidy.sources import product

BLOCKING = {
    "open",
    "time.sleep",
    "os.walk",
    "os.scandir",
    "os.fsync",
    "os.replace",
    "subprocess.run",
    "subprocess.Popen",
    "subprocess.check_output",
    "shutil.copytree",
    "shutil.rmtree",
    "hashlib.sha256",
    "json.load",
}
"""Calls that may take longer than 10 ms."""

BLOCKING_METHODS = {"read_bytes", "read_text", "write_bytes", "write_text", "rglob", "iterdir"}
"""Of pathlib."""


def blocking_calls(function: ast.AsyncFunctionDef) -> Iterator[str]:
    """Blocking calls in its own body; functions inside it run elsewhere."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in BLOCKING or name.rpartition(".")[2] in BLOCKING_METHODS:
                yield f"{node.lineno}: {name}"


def test_invariant_16_no_coroutine_waits_for_the_disk() -> None:
    found = {
        f"{source.path}:{function.name}": calls
        for source in product()
        for function in source.functions()
        if isinstance(function, ast.AsyncFunctionDef) and (calls := list(blocking_calls(function)))
    }
    assert found == {}


def test_invariant_16_the_rule_can_fail() -> None:
    bad = "async def f():\n    await g()\n    if x:\n        Path('a').read_text()\n"
    tree = ast.parse(bad).body[0]
    assert isinstance(tree, ast.AsyncFunctionDef)
    assert list(blocking_calls(tree)) == ["4: Path('a').read_text"]
