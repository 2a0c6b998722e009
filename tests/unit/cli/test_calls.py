"""What a tool call is about, in one line."""

import pytest
from agentxd_cli.commands.calls import ending_of, words_of

PATCH = """*** Begin Patch
*** Update File: a.py
-x
*** Add File: new.py
+y
*** End Patch
"""
DIFF = """--- a/a.py\t2026
+++ b/a.py\t2026
@@ -1 +1 @@
-x
+y
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
--- a comment
"""
BLOCKS = "a.py\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("run", {"command": "ls\n -la"}, "run ls -la"),
        ("edit", {"patch": PATCH}, "edit a.py, new.py"),
        ("edit", {"diff": DIFF}, "edit a.py, gone.py"),
        ("edit", {"blocks": BLOCKS}, "edit a.py"),
        ("edit", {"patch": "nonsense\nmore"}, "edit nonsense"),
        ("plan", {"plan": "\n1. look\n2. leap"}, "plan 1. look"),
        ("odd", {"n": 1}, 'odd {"n": 1}'),
        ("odd", {}, "odd"),
    ],
)
def test_a_call_in_words(name, arguments, words):
    assert words_of({"name": name, "arguments": arguments}) == words


@pytest.mark.parametrize(
    ("name", "output", "is_error", "ending"),
    [
        ("run", "exit code 0\nfine", False, ""),
        ("run", "exit code 2\nno", False, "exit code 2"),
        ("run", "exit code -9 (stopped after 5 s)\n", False, "exit code -9"),
        ("read", "exit code 2", False, ""),
        ("read", "There is no file x.\nSee: list", True, "There is no file x."),
        ("read", "", True, ""),
    ],
)
def test_how_a_call_went(name, output, is_error, ending):
    assert ending_of({"name": name}, {"output": output, "is_error": is_error}) == ending
