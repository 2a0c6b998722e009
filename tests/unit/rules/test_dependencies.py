"""Manifests and lock files as they are read, whether they fit, and names that look alike."""

import json

import pytest
from agentxd.kernel.review import Example
from agentxd.plugins.rules.dependencies import npm, others, python
from agentxd.plugins.rules.dependencies.fitting import fits
from agentxd.plugins.rules.dependencies.licences import is_copyleft, is_permissive
from agentxd.plugins.rules.dependencies.reading import is_manifest, read_manifest
from agentxd.plugins.rules.dependencies.values import Source, source_of
from agentxd.plugins.rules.dependency_typosquats import popular_of
from agentxd.plugins.rules.lockfiles import Lockfiles
from agentxd.plugins.rules.new_dependencies import NewDependencies
from review_parts import findings_of, ground_of

ECOSYSTEMS = ["npm", "pypi", "crates", "go", "rubygems", "packagist"]


@pytest.mark.parametrize(
    ("spec", "source"),
    [
        ("^1.0.0", Source.REGISTRY),
        ("workspace:*", Source.LOCAL),
        ("github:a/b", Source.GIT),
        ("a/b#main", Source.GIT),
        (f"git+https://a.b/c.git@{'a' * 40}", Source.COMMIT),
        ("https://a.b/c.tgz", Source.URL),
        ("http://a.b/c.tgz", Source.HTTP),
    ],
)
def test_where_a_dependency_comes_from(spec, source):
    assert source_of(spec) is source


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("package.json", '{"dependencies": {"a": "1", "@b/c": "2"}}', ["a", "@b/c"]),
        ("package.json", '{"dependencies": ["a"], "devDependencies": 3}', []),
        (
            "pyproject.toml",
            "[project]\ndependencies = [\"A_b[x]>=1 ; python_version>'3'\"]",
            ["a-b"],
        ),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "*"\na = {git = "x"}', ["a"]),
        ("pyproject.toml", '[dependency-groups]\ndev = ["a", {include-group = "b"}]', ["a"]),
        (
            "requirements/dev.txt",
            "# x\n-r base.txt\na==1 --hash=sha256:x\n./b\nhttps://c.d/e\n",
            ["a"],
        ),
        ("Pipfile", '[packages]\na = "*"\n[dev-packages]\nb = "*"\n', ["a", "b"]),
        ("Cargo.toml", '[dependencies]\na = "1"\nb = {package = "c", version = "1"}\n', ["a", "c"]),
        (
            "go.mod",
            "require a.b/c v1.0.0\nexclude (\n\tx.y/z v1.0.0\n)\nrequire (\n\td.e v0.1.0\n)\n",
            ["a.b/c", "d.e"],
        ),
        ("Gemfile", "gem 'a', '~> 1'\n# gem 'b'\ngem \"c\"\n", ["a", "c"]),
        ("composer.json", '{"require": {"php": "^8", "ext-x": "*", "a/b": "^1"}}', ["a/b"]),
    ],
)
def test_manifests(path, text, names):
    assert is_manifest(path)
    manifest = read_manifest(path, text.encode())
    assert [one.name for one in manifest.dependencies] == names


@pytest.mark.parametrize("path", ["package.json", "pyproject.toml", "Cargo.toml", "composer.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 5_000])
def test_broken_manifests_are_none(path, content):
    manifest = read_manifest(path, content)
    assert manifest is None or manifest.dependencies == ()


def test_lock_files_are_read():
    pnpm = b"importers:\n  .:\n    dependencies:\n      '@a/b':\n        specifier: ^1\n        version: 1.0.0\npackages:\n"
    assert npm.read_pnpm_lock(pnpm, "").direct == {"@a/b": frozenset({"^1"})}
    assert npm.read_pnpm_lock(pnpm, "web") is None
    berry = b'"a@npm:^1, a@npm:^1.2":\n  version: 1.3.0\n'
    assert npm.read_yarn_lock(berry, "").requests == {"a@^1", "a@^1.2"}
    bun = (
        b'{"workspaces": {"": {"dependencies": {"a": "^1",},},}, "packages": {"a": ["a@1.0.0"],},}'
    )
    assert npm.read_bun_lock(bun, "").direct == {"a": frozenset({"^1"})}
    gems = b"GEM\n  specs:\n    a (1.2)\n\nDEPENDENCIES\n  a (~> 1.0, >= 1.1)\n\n"
    assert others.read_gemfile_lock(gems, "").direct == {"a": frozenset({">= 1.1, ~> 1.0"})}
    uv = b'[[package]]\nname = "x"\nversion = "1"\nsource = { virtual = "." }\n\n[package.metadata]\nrequires-dist = [{ name = "a", specifier = ">=1,<2" }]\n'
    assert python.read_uv_lock(uv, "").direct == {"a": frozenset({"<2,>=1"})}


@pytest.mark.parametrize(
    ("spec", "version", "ecosystem", "is_fit"),
    [
        ("1.0", "1.9.3", "crates", True),
        ("1.0", "2.0.0", "crates", False),
        ("0.4", "0.5.0", "crates", False),
        ("~1.2", "1.3.0", "crates", False),
        (">=1, <3", "2.9.0", "crates", True),
        ("=1.2.3", "1.2.4", "crates", False),
        ("^1.0.0-beta", "1.0.0", "crates", True),
        ("1.2.3", "1.2.4", "npm", False),
        ("==1.2", "1.2.0", "pypi", True),
        (">=1.2", "1.0.0", "pypi", True),
    ],
)
def test_whether_a_version_fits(spec, version, ecosystem, is_fit):
    assert fits(spec, [version], ecosystem) is is_fit


def test_several_new_dependencies_without_a_version_are_one_finding():
    old, new = '{"dependencies": {}}', '{"dependencies": {\n"aa": "*",\n"bb": "*"\n}}'
    (finding,) = findings_of(NewDependencies(), ground_of(Example("package.json", new, old)))
    assert finding.message == "`aa` may be any version that is ever published"
    assert [one.line for one in finding.related] == [2]


def test_a_package_of_the_workspace_needs_no_lock():
    old = json.dumps({"name": "a", "workspaces": ["b"], "dependencies": {}})
    new = old.replace('"dependencies": {}', '"dependencies": {"b": "^1.0.0"}')
    others_ = (("yarn.lock", "c@^1:\n  version 1\n"), ("b/package.json", '{"name": "b"}'))
    assert findings_of(Lockfiles(), ground_of(Example("package.json", new, old, others_))) == []


@pytest.mark.parametrize(
    ("licence", "is_left"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("SSPL-1.0", True),
        ("GNU General Public License v3", True),
        ("LGPL-2.1", False),
        ("MIT OR GPL-2.0", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("MIT", False),
        ("", False),
    ],
)
def test_licences(licence, is_left):
    assert is_copyleft(licence) is is_left
    assert not (is_left and is_permissive(licence))


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_no_popular_name_is_taken_for_another(ecosystem):
    popular = popular_of(ecosystem)
    names = popular._names
    assert len(names) > 200
    assert all(name == name.lower() for name in names)
    assert [name for name in names if popular.like(name)] == []


@pytest.mark.parametrize(
    ("ecosystem", "name", "meant"),
    [
        ("pypi", "reqeusts", "requests"),
        ("pypi", "request", "requests"),
        ("pypi", "djang0", "django"),
        ("pypi", "pythondateutil", "python-dateutil"),
        ("pypi", "bpython", ""),
        ("pypi", "flask-my-own", ""),
        ("npm", "expresss", "express"),
        ("npm", "lodahs", "lodash"),
        ("npm", "babel-corn", "babel-core"),
        ("npm", "@bable/core", "@babel/core"),
        ("npm", "@babel/cores", ""),
        ("npm", "lodash4", ""),
        ("npm", "vite2", ""),
        ("crates", "tokoi", "tokio"),
        ("crates", "sha4", ""),
        ("rubygems", "rial", ""),
        ("packagist", "guzzlehtpp/guzzle", "guzzlehttp/guzzle"),
        ("packagist", "symfony/consoles", ""),
        ("go", "github.com/strechr/testify", "github.com/stretchr/testify"),
        ("go", "github.com/gin-gonic/gim", ""),
    ],
)
def test_names_that_look_alike(ecosystem, name, meant):
    likeness = popular_of(ecosystem).like(name)
    assert (likeness.popular if likeness else "") == meant
