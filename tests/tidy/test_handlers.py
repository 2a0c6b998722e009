"""One edge, one rule: a wire method is one small file that is named after it."""

import ast
import re

import pytest
from agentxd.edges.lsp.handlers import Handlers, module_of
from agentxd_protocol.methods import METHODS, Direction
from tidy.sources import ROOT, Source, read

PLACE = "server/agentxd/edges/lsp/handlers/"
SHARED = "shared"
MAX_LINES = 100


def expected(method: str) -> str:
    """The file of a method, below the handlers' folder."""
    return module_of(method).replace(".", "/") + ".py"


def handler_files() -> dict[str, Source]:
    """Every file that is there to handle a method."""
    found = {source.path.removeprefix(PLACE): source for source in read(PLACE.rstrip("/"))}
    return {
        path: source
        for path, source in found.items()
        if not path.endswith("__init__.py") and path.partition("/")[0] != SHARED
    }


FILES = handler_files()
METHOD_OF = {expected(method): method for method in Handlers()}


@pytest.mark.parametrize(
    ("method", "file"),
    {
        "agentx/hunk/accept": "agentx/hunk_accept.py",
        "textDocument/didOpen": "text_document/did_open.py",
        "window/workDoneProgress/cancel": "window/work_done_progress_cancel.py",
        "$/setTrace": "general/set_trace.py",
        "initialize": "general/initialize.py",
    }.items(),
)
def test_the_name_of_a_file_follows_from_its_method(method: str, file: str) -> None:
    assert expected(method) == file


def test_the_table_holds_what_clients_send_and_nothing_else_of_ours() -> None:
    sent = {row.name for row in METHODS if row.direction is Direction.REQUEST}
    assert {name for name in Handlers() if name.startswith("agentx/")} == sent


def test_every_method_has_its_own_file_and_every_file_a_method() -> None:
    assert len(METHOD_OF) == len(Handlers())
    assert sorted(FILES) == sorted(METHOD_OF)


def test_the_table_sends_each_method_to_its_own_file() -> None:
    for method, handler in Handlers().items():
        module = expected(method).removesuffix(".py").replace("/", ".")
        assert (handler.__module__, handler.__qualname__) == (
            f"agentxd.edges.lsp.handlers.{module}",
            "handle",
        )


@pytest.mark.parametrize("file", FILES)
def test_a_handler_file_is_small_names_its_method_and_has_one_door(file: str) -> None:
    source = FILES[file]
    public = [
        node
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
    ]
    assert [node.name for node in public] == ["handle"]
    assert isinstance(public[0], ast.AsyncFunctionDef)
    assert [argument.arg for argument in public[0].args.args] == ["connection", "params"]
    assert (ast.get_docstring(source.tree) or "").startswith(f"{METHOD_OF[file]}: ")
    assert source.n_lines <= MAX_LINES


@pytest.mark.parametrize("file", FILES)
def test_a_handler_knows_no_other_handler(file: str) -> None:
    used = re.findall(r"lsp\.handlers(?:\.(\w+)| import)", FILES[file].text)
    assert set(used) <= {SHARED}


def test_everything_below_the_handlers_is_a_namespace_or_shared() -> None:
    folders = {path.name for path in (ROOT / PLACE).iterdir() if any(path.glob("*.py"))}
    assert folders == {file.partition("/")[0] for file in FILES} | {SHARED}
