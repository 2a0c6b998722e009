"""What stands behind an imported name means what the import leads to, or nothing here."""

import pytest
from agentxd.index.qualifying import behind_import
from agentxd.index.resolving import Place
from agentxd.kernel.index import Import, Symbol, SymbolKind, SymbolPlace


def defined(path, line=0):
    symbol = Symbol("it", SymbolKind.FUNCTION, line, 0, line, line + 1)
    return SymbolPlace(path, "", symbol)


GO = [
    (Import("net/http", 0), ()),
    (Import("github.com/a/gin/render", 1), ("render/json.go", "render/xml.go")),
    (Import("gopkg.in/yaml.v3", 2), ()),
    (Import("github.com/b/go-isatty/v2", 3), ()),
]
PYTHON = [
    (Import("os.path", 0), ()),
    (Import("shop.price", 1), ("shop/price.py",)),
    (Import("json", 2, ("loads",)), ()),
    (Import(".globals", 3, ("request",)), ("shop/globals.py",)),
    (Import("big", 4), ("big/__init__.py",)),
]
WEB = [
    (Import("react", 0, ("React",)), ()),
    (Import("./util/paths.js", 1), ("src/util/paths.js",)),
    (Import("./http", 2, ("client",)), ("src/http.ts",)),
]
RUST = [
    (Import("std", 0, ("fs", "io")), ()),
    (Import("crate::net", 1, ("tcp",)), ("src/net/tcp.rs", "src/net/mod.rs")),
]
CASES = [
    ("go", GO, "http", ["context.go", "render/json.go"], []),
    ("go", GO, "http.DefaultClient", ["context.go"], []),
    ("go", GO, "render", ["context.go", "render/json.go", "render/new.go"], ["render/json.go"]),
    ("go", GO, "render", ["render/new.go", "context.go"], ["render/new.go"]),
    ("go", GO, "render", ["context.go"], []),
    ("go", GO, "yaml", ["context.go"], []),
    ("go", GO, "isatty", ["context.go"], []),
    ("go", GO, "c", ["context.go"], ["context.go"]),
    ("go", GO, "c.http", ["context.go"], ["context.go"]),
    ("go", GO, "render.Default", ["context.go"], ["context.go"]),
    ("python", PYTHON, "os.path", ["paths.py"], []),
    ("python", PYTHON, "os", ["paths.py"], []),
    ("python", PYTHON, "shop.price", ["other.py", "shop/price.py"], ["shop/price.py"]),
    ("python", PYTHON, "price", ["other.py", "shop/price.py"], ["shop/price.py"]),
    ("python", PYTHON, "json", ["other.py"], ["other.py"]),
    ("python", PYTHON, "loads", ["other.py"], []),
    ("python", PYTHON, "request", ["a.py", "shop/wrappers.py"], ["shop/wrappers.py"]),
    ("python", PYTHON, "request", ["a.py"], ["a.py"]),
    ("python", PYTHON, "big", ["a.py", "big/deep/down.py"], ["big/deep/down.py"]),
    ("typescript", WEB, "React", ["src/a.ts"], []),
    ("typescript", WEB, "paths", ["src/a.ts", "src/util/paths.js"], ["src/util/paths.js"]),
    ("tsx", WEB, "client", ["other/a.ts"], ["other/a.ts"]),
    ("rust", RUST, "fs", ["src/a.rs"], []),
    ("rust", RUST, "tcp", ["src/a.rs", "src/net/tcp.rs"], ["src/net/tcp.rs"]),
    ("c", [(Import("http", 0), ())], "http", ["a.c"], ["a.c"]),
]


@pytest.mark.parametrize(("language", "imports", "behind", "there", "wanted"), CASES)
def test_what_stands_behind_an_import(language, imports, behind, there, wanted):
    place = Place("asking", language)
    found = behind_import([defined(path) for path in there], behind, place, imports, 5)
    assert [one.path for one in found] == wanted


def test_a_definition_in_the_line_that_is_asked_from_stays():
    found = behind_import([defined("asking", 5)], "http", Place("asking", "go"), GO, 5)
    assert [one.path for one in found] == ["asking"]
