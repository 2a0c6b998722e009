"""Finding files and lines: list, glob and grep see the copy as it is now."""

import pytest
from agentxd.plugins.tools.listing import is_match

GLOBS = [
    # pattern, path, whether it is meant
    ("*.py", "a.py", True),
    ("*.py", "src/a.py", True),
    ("*.py", "a.pyc", False),
    ("a.py", "src/deep/a.py", True),
    ("src/*.py", "src/a.py", True),
    ("src/*.py", "src/deep/a.py", False),
    ("src/**/*.py", "src/a.py", True),
    ("src/**/*.py", "src/deep/er/a.py", True),
    ("src/**/*.py", "other/src/a.py", False),
    ("**/src/*.py", "other/src/a.py", True),
    ("**", "a/b/c", True),
    ("src/**", "src/a/b", True),
    ("src/**", "src", False),
    ("src/**", "srcs/a", False),
    ("**/**/a", "x/y/a", True),
    ("**/a", "a", True),
    ("**.py", "a/b.py", True),
    ("src/**.py", "src/deep/a.py", True),
    ("?.py", "a.py", True),
    ("?.py", "ab.py", False),
    ("src?a.py", "src/a.py", False),
    (".*", "x/.hidden", True),
    ("*", ".hidden", True),
    ("a+(b).py", "a+(b).py", True),
    ("app/[slug]/*", "app/[slug]/page.ts", True),
    ("app/[slug]/*", "app/s/page.ts", False),
    ("", "a", False),
]


@pytest.mark.parametrize(("pattern", "path", "wanted"), GLOBS)
def test_globs(pattern, path, wanted):
    assert is_match(path, pattern) is wanted


@pytest.mark.parametrize("pattern", ["**/" * 40 + "x", "**/a/" * 20 + "x", "*a" * 40 + "b"])
def test_invariant_16_no_pattern_of_a_model_takes_for_ever(pattern):
    assert not is_match("/".join(["a"] * 60), pattern)
    assert not is_match("a" * 200, pattern)


async def test_glob_sees_what_the_agent_did(room):
    await room.told("run", command="rm src/app.py; mv README.md READ.md; echo 1 > src/new.py")
    assert await room.told("glob", pattern="./src/**/*.py") == "src/deep/er/inner.py\nsrc/new.py"
    assert await room.told("glob", pattern="READ*") == "READ.md"
    assert await room.told("glob", pattern="*.rb") == "No file matches *.rb."


async def test_a_long_list_of_files_is_cut_and_counted(room):
    await room.told("run", command="mkdir many; for i in $(seq 600); do echo $i > many/$i; done")
    *paths, more = (await room.told("glob", pattern="many/*")).split("\n")
    assert (len(paths), more) == (500, "(100 more; use a narrower pattern)")
    *paths, more = (await room.told("list", path="many")).split("\n")
    assert (len(paths), more) == (500, "(100 more)")


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("src/deep", "er/"),
        ("./tests/", "test_app.py (28 bytes)"),
        ("src", "app.py (78 bytes)\ndeep/\nlatin.txt (5 bytes)\nwin.txt (17 bytes)"),
    ],
)
async def test_list(room, path, wanted):
    assert await room.told("list", path=path) == wanted


async def test_list_tells_of_no_folder_and_of_no_files(room):
    assert "no folder nowhere" in await room.refused("list", path="nowhere")
    await room.told("run", command="rm -rf ./*")
    assert await room.told("list") == "(no files)"


GREPS = [
    (
        {"pattern": "hello", "path": "src"},
        [
            "src/app.py:4:def hello():",
            "src/app.py:5:    return 'hello'",
            "src/app.py:9:    return 'hello'",
        ],
    ),
    ({"pattern": "hello", "path": "README.md"}, ["README.md:3:Say hello."]),
    (
        {"pattern": "^HELLO", "ignore_case": True, "glob": "*.py"},
        ["src/deep/er/inner.py:1:HELLO = 1"],
    ),
    (
        {"pattern": "hel+o|Sample", "glob": "*.md"},
        ["README.md:1:# Sample", "README.md:3:Say hello."],
    ),
    ({"pattern": "-x", "path": "src"}, ["Nothing found."]),
    ({"pattern": "hello", "path": "nowhere"}, ["Nothing found: no file is there to search."]),
    ({"pattern": "hello", "glob": "*.bin"}, ["Nothing found."]),
    ({"pattern": "'; echo hacked; '", "path": "src"}, ["Nothing found."]),
    (
        {"pattern": "hello", "path": "app/[slug]/page.ts"},
        ["app/[slug]/page.ts:1:export const hello = 1"],
    ),
    ({"pattern": "hello", "path": "app/[slug]"}, ["app/[slug]/page.ts:1:export const hello = 1"]),
    ({"pattern": "hello", "path": "here"}, ["Nothing found: no file is there to search."]),
]


@pytest.mark.parametrize(("arguments", "wanted"), GREPS)
async def test_grep(room, arguments, wanted):
    assert (await room.told("grep", **arguments)).split("\n") == wanted


async def test_grep_does_not_look_into_caches_or_dependencies(room):
    await room.told("run", command="mkdir node_modules; echo needle > node_modules/x")
    assert await room.told("grep", pattern="needle") == "Nothing found."


async def test_grep_cuts_many_hits_and_long_lines(room):
    await room.call("write", path="many.txt", content="needle\n" * 300)
    *hits, more = (await room.told("grep", pattern="needle")).split("\n")
    assert (len(hits), more) == (200, "(100 more; narrow the search)")
    await room.call("write", path="many.txt", content="needle" + "x" * 5_000)
    assert len(await room.told("grep", pattern="needle")) < 350


async def test_grep_says_when_it_did_not_see_everything(room):
    await room.call("write", path="many.txt", content=("needle " * 20 + "\n") * 20_000)
    last = (await room.told("grep", pattern="needle")).split("\n")[-1]
    assert last.startswith("(at least ")


async def test_a_pattern_that_makes_no_sense_is_told(room):
    assert "nmatched" in await room.refused("grep", pattern="(open")


class NoGrep:
    """The same sandbox without a grep, as images without one are."""

    def __init__(self, sandbox):
        self.read, self.difference = sandbox.read, sandbox.difference
        self.close = sandbox.close

    async def run(self, command, on_output=None):
        from agentxd.kernel.sandboxes import RunResult

        return RunResult(127, b"sh: grep: not found", 19, 0.0)


async def test_without_a_grep_plain_words_are_found_all_the_same(room):
    room.sandbox = NoGrep(room.sandbox)
    hits = await room.told("grep", pattern="HELLO", ignore_case=True, glob="*.m?")
    assert hits == "README.md:3:Say hello."
    assert await room.told("grep", pattern="hello", glob="*.bin") == "Nothing found."


async def test_invariant_9_a_pattern_of_a_model_is_never_run_in_the_daemon(room):
    room.sandbox = NoGrep(room.sandbox)
    assert "no grep in the sandbox" in await room.refused("grep", pattern="(a+)+$")
