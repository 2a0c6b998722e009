"""Paths that a model names: what is inside, and what every tool refuses."""

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.plugins.tools.paths import inside, inside_to_write

ESCAPES = [
    "..",
    "../x",
    "a/../../x",
    "a/../b",
    "/etc/passwd",
    "//etc",
    "~/x",
    "~root/x",
    "a\0b",
    "a\\b",
    "..\\x",
]


@pytest.mark.parametrize(
    ("path", "plain"),
    [("a", "a"), ("./a//b/", "a/b"), ("", ""), (".", ""), ("a/./b", "a/b"), ("...", "...")],
)
def test_a_path_inside_has_one_plain_form(path, plain):
    assert inside(path) == plain


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_that_leads_out_is_refused(path):
    with pytest.raises(InvalidRequestError) as caught:
        inside(path)
    assert "src/app.py" in caught.value.next_step


@pytest.mark.parametrize("path", ["", ".", "./", ".git", ".git/config", "a/.GIT/hooks/x", ".Git/x"])
def test_the_root_and_the_data_of_git_are_not_written(path):
    with pytest.raises(InvalidRequestError):
        inside_to_write(path)


CALLS = [
    ("read", {}),
    ("list", {}),
    ("grep", {"pattern": "root"}),
    ("edit", {"old": "a", "new": "b"}),
    ("write", {"content": "x"}),
]


@pytest.mark.parametrize(("tool", "more"), CALLS, ids=[name for name, _ in CALLS])
async def test_every_tool_refuses_every_escape(room, tool, more):
    for path in ESCAPES:
        assert await room.refused(tool, path=path, **more)


@pytest.mark.parametrize("cwd", ["..", "/etc", "a/../.."])
async def test_no_command_runs_outside(room, cwd):
    assert await room.refused("run", command="pwd", cwd=cwd)


async def test_links_are_data_and_never_a_way_out(room):
    assert await room.told("read", path="out") == "     1\t/etc/hostname"
    assert "no file" in await room.refused("read", path="outside/passwd")
    for path in ("out", "outside", "outside/passwd"):
        assert "Nothing found" in await room.told("grep", pattern=".", path=path)
    assert "root:" not in await room.told("grep", pattern="root")


@pytest.mark.parametrize("path", ["here", "out"])
async def test_a_link_is_not_written_and_never_pointed_elsewhere(room, path):
    """Or an agent that may write could read any file of the host by way of a link."""
    for tool, more in (
        ("write", {"content": "/etc/passwd"}),
        ("edit", {"old": "/", "new": "/etc/"}),
    ):
        words = await room.refused(tool, path=path, **more)
        assert f"{path} is a link to" in words
    assert await room.sandbox.difference() == []


async def test_nothing_is_written_through_a_link_to_a_folder(room):
    assert await room.refused("write", path="outside/new", content="x")
    assert await room.sandbox.difference() == []
