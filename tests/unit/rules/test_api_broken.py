"""Public names that go while the tree uses them: who is meant, and how sure it is."""

import pytest
from agentxd.kernel.review import Change
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.plugins.rules.api_broken import ApiBroken
from agentxd.review.gathering import Standing
from review_parts import MemoryTree, changed, findings_of

OLD = "def repair(a):\n    return a\n"


def found(*files, tree=()):
    """Of a change of (path, old, new), beside other files."""
    files = [(path, bytes_of(a), bytes_of(b)) for path, a, b in files]
    change = Change(files=tuple(changed(*file) for file in files))
    contents = {path: text.encode() for path, text in tree}
    contents |= {path: new for path, _, new in files if new is not None}
    return findings_of(ApiBroken(), Standing(change, ReviewSyntax(), MemoryTree(contents)))


def bytes_of(text):
    return None if text is None else text.encode()


def user(text, path="app/main.py"):
    return [(path, text), ("app/__init__.py", "")]


def test_related_places_are_the_uses():
    [finding] = found(
        ("app/tools.py", OLD, ""),
        tree=user("from app.tools import repair\n\n\ndef f():\n    return repair(1)\n"),
    )
    assert finding.severity == "error"
    assert [(one.path, one.line) for one in finding.related] == [
        ("app/main.py", 0),
        ("app/main.py", 4),
    ]
    assert (
        finding.message
        == "`repair` is gone, and is still used as it was in app/main.py:1 and 1 more"
    )


@pytest.mark.parametrize(
    "text",
    [
        "from app import tools\n\ntools.repair(1)\n",
        "import app.tools\n\napp.tools.repair(1)\n",
        "from .tools import repair as mend\n\nmend(1)\n",
    ],
)
def test_ways_to_import_it(text):
    assert [one.severity for one in found(("app/tools.py", OLD, ""), tree=user(text))] == ["error"]


@pytest.mark.parametrize(
    "text",
    [
        "from other import repair\n\nrepair(1)\n",
        "def repair(a):\n    return a\n\n\nrepair(1)\n",
        "class A:\n    def f(self):\n        return self.repair(1)\n",
        "# repair\n",
    ],
)
def test_others_of_that_name_are_not_meant(text):
    assert found(("app/tools.py", OLD, ""), tree=user(text)) == []


def test_a_file_that_goes_takes_its_names_with_it():
    tree = user("from app.tools import repair\n")
    [finding] = found(("app/tools.py", OLD, None), tree=tree)
    assert finding.is_about_file


def test_a_definition_that_moved_is_found_only_by_those_that_did_not_follow():
    files = [("app/tools.py", OLD, ""), ("app/more.py", "", OLD)]
    assert found(*files, tree=user("from app.more import repair\n")) == []
    assert len(found(*files, tree=user("from app.tools import repair\n"))) == 1


@pytest.mark.parametrize(
    ("new", "call"),
    [
        ("def repair(a, how):\n    return a\n", "repair(1)"),
        ("def repair():\n    return 1\n", "repair(1)"),
        ("def repair(b):\n    return b\n", "repair(a=1)"),
        ("def repair(a, *, how):\n    return a\n", "repair(1)"),
    ],
)
def test_calls_that_do_not_fit_any_more(new, call):
    tree = user(f"from app.tools import repair\n\n{call}\n")
    [finding] = found(("app/tools.py", OLD, new), tree=tree)
    assert finding.severity == "error"
    assert finding.related[0].line == 2


@pytest.mark.parametrize(
    ("new", "call"),
    [
        ("def repair(a, how=1):\n    return a\n", "repair(1)"),
        ("def repair(b):\n    return b\n", "repair(1)"),
        ("def repair(a, *rest) -> int:\n    return a\n", "repair(1)"),
        ("@decorated\ndef repair(a, how):\n    return a\n", "repair(1)"),
        ("def repair(a, how):\n    return a\n", "repair(1, 2)"),
        ("def repair(a, how):\n    return a\n", "repair(*all)"),
    ],
)
def test_calls_that_fit(new, call):
    assert (
        found(("app/tools.py", OLD, new), tree=user(f"from app.tools import repair\n\n{call}\n"))
        == []
    )


def test_arguments_in_another_order():
    old, new = "def move(here, there):\n    pass\n", "def move(there, here):\n    pass\n"
    tree = user("from app.tools import move\n\nmove(1, 2)\n")
    assert [one.severity for one in found(("app/tools.py", old, new), tree=tree)] == ["warning"]


def test_a_method_of_a_class_with_bases_may_be_inherited():
    old = "class A(B):\n    def price(self):\n        return 1\n\n    def f(self):\n        return self.price()\n"
    new = "class A(B):\n    def f(self):\n        return self.price()\n"
    assert [one.severity for one in found(("app/a.py", old, new))] == ["warning"]
    tree = user("class B:\n    def price(self):\n        return 2\n")
    assert found(("app/a.py", old, new), tree=tree) == []


@pytest.mark.parametrize("path", ["tests/tools.py", "examples/tools.py", "vendor/tools.py"])
def test_what_is_no_api_is_left_alone(path):
    text = f"from {path[:-3].replace('/', '.')} import repair\n"
    assert found((path, OLD, ""), tree=user(text)) == []


def test_what_is_exported_no_more():
    old = "export function repair(a: number) {\n  return a\n}\n"
    tree = [("src/main.ts", "import { repair } from './tools'\n")]
    [finding] = found(("src/tools.ts", old, old.removeprefix("export ")), tree=tree)
    assert "is not exported any more" in finding.message
