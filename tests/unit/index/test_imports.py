"""Imports as they are written lead to the files they mean, and to none outside the workspace."""

import pytest
from agentxd.index.imports import ImportResolver
from agentxd.kernel.index import Import

PYTHON = [
    "src/app/__init__.py",
    "src/app/core.py",
    "src/app/json/__init__.py",
    "src/app/json/tag.py",
    "tests/conftest.py",
    "src/app/sub/deep/__init__.py",
    "src/app/sub/deep/leaf.py",
    "setup.py",
]
SCRIPT = [
    "index.js",
    "lib/express.js",
    "lib/router/index.js",
    "lib/util.ts",
    "src/views/Home.vue",
    "packages/reactivity/src/index.ts",
    "packages/reactivity/src/ref.ts",
    "packages/dom/src/index.ts",
    "types/api.d.ts",
    "http.js",
]
GO = [
    "gin.go",
    "context.go",
    "binding/json.go",
    "binding/form.go",
    "codec/json/api.go",
    "internal/bytesconv/conv.go",
]
RUST = [
    "crates/core/main.rs",
    "crates/core/flags/mod.rs",
    "crates/core/flags/parse.rs",
    "crates/core/search.rs",
    "crates/regex/src/lib.rs",
    "crates/regex/src/matcher.rs",
    "tokio-util/src/lib.rs",
    "tokio-util/src/codec/framed.rs",
]
JAVA = [
    "gson/src/main/java/com/google/gson/Gson.java",
    "gson/src/main/java/com/google/gson/stream/JsonReader.java",
    "gson/src/main/java/com/google/gson/stream/JsonToken.java",
]
C = [
    "include/fmt/core.h",
    "include/fmt/base.h",
    "src/format.cc",
    "src/os.cc",
    "src/os.h",
    "deps/lua/lua.h",
]
RUBY = [
    "lib/sinatra.rb",
    "lib/sinatra/base.rb",
    "lib/sinatra/show_exceptions.rb",
    "lib/sinatra/json.rb",
    "test/helper.rb",
    "test/base_test.rb",
]
PHP = ["Slim/App.php", "Slim/Routing/Route.php", "src/Handler/Stream.php", "app/Models/User.php"]
CS = ["Dapper/SqlMapper.cs", "Dapper.ProviderTools/Bulk.cs", "src/Core/Log.cs", "src/Core/Sink.cs"]
LUA = ["lua/telescope/init.lua", "lua/telescope/actions/set.lua", "plugin/telescope.lua"]
SHELL = ["scripts/build.sh", "scripts/lib/common.sh"]
STYLE = ["web/main.css", "web/parts/button.css"]

Row = tuple[str, list[str], str, str, tuple[str, ...], set[str]]
"""Language, files, importer, module, names, and where it leads."""
ROWS: list[Row] = [
    ("python", PYTHON, "tests/conftest.py", "app.core", (), {"src/app/core.py"}),
    ("python", PYTHON, "tests/conftest.py", "app", ("core",), {"src/app/core.py"}),
    (
        "python",
        PYTHON,
        "tests/conftest.py",
        "app",
        ("core", "Flask"),
        {"src/app/core.py", "src/app/__init__.py"},
    ),
    ("python", PYTHON, "tests/conftest.py", "app.core", ("Context",), {"src/app/core.py"}),
    ("python", PYTHON, "tests/conftest.py", "app.core.Context", (), {"src/app/core.py"}),
    ("python", PYTHON, "src/app/core.py", "json", (), set()),
    ("python", PYTHON, "src/app/core.py", "os.path", (), set()),
    ("python", PYTHON, "src/app/core.py", ".json", ("dumps",), {"src/app/json/__init__.py"}),
    ("python", PYTHON, "src/app/core.py", ".", ("json",), {"src/app/json/__init__.py"}),
    ("python", PYTHON, "src/app/json/tag.py", "..core", ("X",), {"src/app/core.py"}),
    ("python", PYTHON, "src/app/json/tag.py", ".", ("dumps",), {"src/app/json/__init__.py"}),
    ("python", PYTHON, "src/app/core.py", ".sub.deep", ("leaf",), {"src/app/sub/deep/leaf.py"}),
    ("python", PYTHON, "src/app/core.py", "....beyond", (), set()),
    ("python", PYTHON, "src/app/core.py", "app.core", (), set()),
    ("javascript", SCRIPT, "index.js", "./lib/express", (), {"lib/express.js"}),
    ("javascript", SCRIPT, "lib/express.js", "./router", (), {"lib/router/index.js"}),
    ("javascript", SCRIPT, "lib/express.js", "./util.js", (), {"lib/util.ts"}),
    ("javascript", SCRIPT, "lib/express.js", "..", (), {"index.js"}),
    ("javascript", SCRIPT, "lib/express.js", "http", (), set()),
    ("javascript", SCRIPT, "lib/express.js", "node:http", (), set()),
    (
        "typescript",
        SCRIPT,
        "packages/dom/src/index.ts",
        "@vue/reactivity",
        ("ref",),
        {"packages/reactivity/src/index.ts"},
    ),
    (
        "typescript",
        SCRIPT,
        "packages/reactivity/src/index.ts",
        "'./ref'",
        ("ref",),
        {"packages/reactivity/src/ref.ts"},
    ),
    ("vue", SCRIPT, "src/views/Home.vue", "@/views/Home", (), set()),
    ("typescript", SCRIPT, "lib/util.ts", "@/views/Home.vue", (), {"src/views/Home.vue"}),
    ("typescript", SCRIPT, "lib/util.ts", "../types/api", (), {"types/api.d.ts"}),
    (
        "go",
        GO,
        "gin.go",
        "github.com/gin-gonic/gin/binding",
        (),
        {"binding/json.go", "binding/form.go"},
    ),
    ("go", GO, "binding/json.go", "github.com/gin-gonic/gin/codec/json", (), {"codec/json/api.go"}),
    ("go", GO, "binding/json.go", "github.com/gin-gonic/gin", (), {"gin.go", "context.go"}),
    ("go", GO, "binding/json.go", "encoding/json", (), set()),
    ("go", GO, "binding/json.go", "github.com/bytedance/sonic", (), set()),
    ("rust", RUST, "crates/core/main.rs", "flags", (), {"crates/core/flags/mod.rs"}),
    ("rust", RUST, "crates/core/flags/mod.rs", "parse", (), {"crates/core/flags/parse.rs"}),
    (
        "rust",
        RUST,
        "crates/core/flags/parse.rs",
        "crate::search::Worker",
        (),
        {"crates/core/search.rs"},
    ),
    ("rust", RUST, "crates/core/flags/parse.rs", "super", ("Args",), {"crates/core/flags/mod.rs"}),
    (
        "rust",
        RUST,
        "crates/core/flags/parse.rs",
        "crate::{search, flags::Args}",
        (),
        {"crates/core/search.rs", "crates/core/flags/mod.rs"},
    ),
    (
        "rust",
        RUST,
        "crates/core/search.rs",
        "grep_regex::matcher::Matcher",
        (),
        {"crates/regex/src/matcher.rs"},
    ),
    (
        "rust",
        RUST,
        "crates/core/search.rs",
        "tokio_util::codec::framed::Framed",
        (),
        {"tokio-util/src/codec/framed.rs"},
    ),
    ("rust", RUST, "crates/core/search.rs", "std::path::Path", (), set()),
    ("java", JAVA, JAVA[0], "com.google.gson.stream.JsonReader", (), {JAVA[1]}),
    ("java", JAVA, JAVA[0], "com.google.gson.stream.JsonToken.NULL", (), {JAVA[2]}),
    ("java", JAVA, JAVA[0], "com.google.gson.stream.*", (), {JAVA[1], JAVA[2]}),
    ("java", JAVA, JAVA[0], "java.util.List", (), set()),
    ("cpp", C, "src/format.cc", "fmt/core.h", (), {"include/fmt/core.h"}),
    ("c", C, "include/fmt/core.h", "base.h", (), {"include/fmt/base.h"}),
    ("cpp", C, "src/format.cc", '"os.h"', (), {"src/os.h", "src/os.cc"}),
    ("cpp", C, "src/format.cc", "<vector>", (), set()),
    ("ruby", RUBY, "test/base_test.rb", "sinatra/base", (), {"lib/sinatra/base.rb"}),
    ("ruby", RUBY, "test/base_test.rb", "helper", (), {"test/helper.rb"}),
    (
        "ruby",
        RUBY,
        "lib/sinatra/base.rb",
        "./show_exceptions",
        (),
        {"lib/sinatra/show_exceptions.rb"},
    ),
    ("ruby", RUBY, "test/helper.rb", "json", (), set()),
    ("php", PHP, "Slim/App.php", "Slim\\Routing\\Route", (), {"Slim/Routing/Route.php"}),
    ("php", PHP, "Slim/App.php", "App\\Models\\User", (), {"app/Models/User.php"}),
    ("php", PHP, "Slim/App.php", "Acme\\Log\\Handler\\Stream", (), {"src/Handler/Stream.php"}),
    ("php", PHP, "Slim/App.php", "Psr\\Http\\Message\\ResponseInterface", (), set()),
    ("php", PHP, "Slim/App.php", "../app/Models/User.php", (), {"app/Models/User.php"}),
    (
        "csharp",
        CS,
        "Dapper/SqlMapper.cs",
        "Dapper.ProviderTools",
        (),
        {"Dapper.ProviderTools/Bulk.cs"},
    ),
    ("csharp", CS, "Dapper/SqlMapper.cs", "System.Linq", (), set()),
    (
        "lua",
        LUA,
        "plugin/telescope.lua",
        "telescope.actions.set",
        (),
        {"lua/telescope/actions/set.lua"},
    ),
    ("lua", LUA, "plugin/telescope.lua", "telescope", (), {"lua/telescope/init.lua"}),
    ("bash", SHELL, "scripts/build.sh", "./lib/common.sh", (), {"scripts/lib/common.sh"}),
    ("css", STYLE, "web/main.css", "parts/button.css", (), {"web/parts/button.css"}),
    ("markdown", ["a.md", "b.md"], "a.md", "b", (), set()),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[2]}-{row[3]}")
def test_an_import_leads_to_its_files(row) -> None:
    language, files, path, module, names, expected = row
    resolver = ImportResolver(dict.fromkeys(files, language))
    resolver.learn(language, [row[3] for row in ROWS if row[0] == language])
    assert set(resolver.resolve(path, language, Import(module, 0, names))) == expected


@pytest.mark.parametrize(
    "module", ["", ".", "..", "/", "a" * 5_000, "::", "\\", "{", "a..b", "*", "./", "@/"]
)
def test_nothing_that_is_written_breaks_it(module) -> None:
    for language, files, path, *_ in ROWS:
        resolver = ImportResolver(dict.fromkeys(files, language))
        resolver.learn(language, [module])
        found = resolver.resolve(path, language, Import(module, 0, ("", "*", "x")))
        assert path not in found
        assert set(found) <= set(files)


def test_languages_do_not_import_each_other() -> None:
    resolver = ImportResolver(
        {"a/core.py": "python", "a/core.js": "javascript", "b.js": "javascript"}
    )
    assert resolver.resolve("b.js", "javascript", Import("./a/core", 0)) == ("a/core.js",)
    assert resolver.resolve("x.go", "go", Import("a/core", 0)) == ()


def test_the_nearest_of_several_is_meant() -> None:
    files = [
        "one/src/app/util.py",
        "one/src/app/main.py",
        "two/src/app/util.py",
        "two/src/app/main.py",
    ]
    resolver = ImportResolver(dict.fromkeys(files, "python"))
    assert resolver.resolve(files[3], "python", Import("app.util", 0)) == ("two/src/app/util.py",)
    assert resolver.resolve(files[1], "python", Import("app.util", 0)) == ("one/src/app/util.py",)
