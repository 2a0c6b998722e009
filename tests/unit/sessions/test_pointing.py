"""Which word stands at a place of a line, what it stands behind, and what Go keeps private."""

import pytest
from agentxd.kernel.index import Symbol, SymbolKind, SymbolPlace, Use
from agentxd.sessions.pointing import likely, meant, word_at

BEHIND = [
    ("http.SetCookie(w)", "http"),
    ("\treturn &render.SetCookie{", "render"),
    ("a.b.SetCookie", "a.b"),
    ("a?.SetCookie", "a"),
    ("std::fs::SetCookie", "std::fs"),
    ("p->SetCookie", "p"),
    ("x = foo(http.SetCookie)", "http"),
    ("foo().SetCookie", ""),
    ("foo().http.SetCookie", ""),
    ("foo[1].http.SetCookie", ""),
    ("SetCookie", ""),
    ("x http SetCookie", ""),
]


@pytest.mark.parametrize(("line", "behind"), BEHIND)
def test_what_a_word_stands_behind(line, behind):
    word = word_at(line, line.index("SetCookie") + 1)
    assert (word.names[0], word.behind) == ("SetCookie", behind)


def go(path, name, kind=SymbolKind.FUNCTION):
    return SymbolPlace(path, "go", Symbol(name, kind, 9, 0, 9, 10))


@pytest.mark.parametrize(
    ("line", "name", "paths", "wanted"),
    [
        ("engine.Run()", "engine", ["gin.go", "ginS/gins.go"], ["gin.go"]),
        ("engine.Run()", "engine", ["ginS/gins.go"], []),
        ("c.engine", "engine", ["ginS/gins.go"], []),
        ("New()", "New", ["ginS/gins.go", "gin.go"], ["gin.go"]),
        ("gin.New()", "New", ["ginS/gins.go", "gin.go"], ["ginS/gins.go", "gin.go"]),
    ],
)
def test_go_sees_private_names_of_its_own_package_alone(line, name, paths, wanted):
    word = word_at(line, line.index(name))
    found = meant([go(path, name) for path in paths], word, 1, "context.go", "go")
    assert [place.path for place in found] == wanted


def test_uses_of_a_private_name_of_go_are_in_its_package():
    uses = [Use("gin.go", 3, 0, "engine"), Use("ginS/gins.go", 4, 0, "engine")]
    assert likely(uses, [go("gin.go", "engine")], "go") == uses[:1]
    uses = [Use("gin.go", 3, 0, "New"), Use("ginS/gins.go", 4, 0, "New")]
    assert likely(uses, [go("gin.go", "New")], "go") == uses
