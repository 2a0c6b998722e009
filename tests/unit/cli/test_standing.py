"""Paths as a person types and reads them, wherever that person stands."""

import pytest
from agentxd_cli.standing import Standing
from agentxd_client.connection import ClientError

GLOBS = {
    "git's": ("src/**", "src/**"),
    "git's, left out": ("!*.py", "!*.py"),
    "git's, at the top": ("/top.md", "/top.md"),
    "here": (".", "/src/a[b]".replace("[", "\\[").replace("]", "\\]")),
    "below here": ("./x/*.py", "/src/a\\[b\\]/x/*.py"),
    "left out below here": ("!./x/", "!/src/a\\[b\\]/x"),
    "beside": ("../b/**/c.py", "/src/b/**/c.py"),
    "the root": ("../..", "/**"),
    "absolute": ("ROOT/src/*.py", "/src/*.py"),
    "the root, absolute": ("ROOT", "/**"),
}
FILES = {
    "none": ("", ""),
    "from the root": ("src/top.py", "src/top.py"),
    "from here": ("./mine.py", "src/a[b]/mine.py"),
    "beside": ("../top.py", "src/top.py"),
    "absolute": ("ROOT/src/top.py", "src/top.py"),
    "from here, without saying so": ("mine.py", "src/a[b]/mine.py"),
    "not there": ("nowhere.py", "nowhere.py"),
    "not there, from here": ("./nowhere.py", "src/a[b]/nowhere.py"),
}


@pytest.fixture
def root(tmp_path):
    folder = tmp_path.resolve() / "root"
    (folder / "src/a[b]").mkdir(parents=True)
    (folder / "src/a[b]/mine.py").touch()
    (folder / "src/top.py").touch()
    return folder


@pytest.mark.parametrize(("typed", "wanted"), GLOBS.values(), ids=GLOBS)
def test_a_glob(root, typed, wanted):
    here = Standing(str(root), f"{root}/src/a[b]")
    assert here.glob(typed.replace("ROOT", str(root))) == wanted


@pytest.mark.parametrize(("typed", "wanted"), FILES.values(), ids=FILES)
def test_a_file(root, typed, wanted):
    here = Standing(str(root), f"{root}/src/a[b]")
    assert here.file(typed.replace("ROOT", str(root))) == wanted


@pytest.mark.parametrize("typed", ["../../..", "./../../../x", "!../../../*.py"])
def test_what_is_outside_is_refused(root, typed):
    here = Standing(str(root), f"{root}/src/a[b]")
    with pytest.raises(ClientError, match="outside of the workspace"):
        here.glob(typed)
    with pytest.raises(ClientError, match="outside of the workspace"):
        here.file(typed.removeprefix("!"))


@pytest.mark.parametrize(
    ("folder", "path", "wanted"),
    [
        ("", "src/top.py", "src/top.py"),
        ("/src", "src/top.py", "top.py"),
        ("/src/a[b]", "src/top.py", "../top.py"),
        ("/../elsewhere", "src/top.py", "src/top.py"),
    ],
)
def test_a_path_is_shown_so_that_it_can_be_opened(root, folder, path, wanted):
    assert Standing(str(root), f"{root}{folder}").shown(path) == wanted


def test_files_that_are_not_there_are_known(root):
    assert Standing(str(root), str(root)).missing(["", "src/top.py", "no.py"]) == ["no.py"]
