"""What lockfile-out-of-step says of itself, and changes that it must and must not find."""

from agentxd.kernel.review import Example

DOC = """\
A dependency was added, changed or removed in a manifest, but the lock file beside it still says
something else, or the lock file was changed by hand: `npm ci`, `cargo build --locked`, `uv sync
--locked` and their likes fail, or everybody gets other versions than the ones that were tested.

Looked at are package.json (npm, yarn, pnpm, bun), pyproject.toml (uv, Poetry, PDM), Pipfile,
Cargo.toml, go.mod, Gemfile, composer.json and requirements.in, each only where a lock file is in
the tree. Both are read before and after the change, and only what did fit before and does not
after is told; changed scripts, versions and descriptions are nothing.

Run the command that the advice names, and commit the lock file.
"""
_PACKAGE = (
    '{\n  "name": "a",\n  "scripts": {%s},\n  "dependencies": {\n    "chalk": "^5.0.0"%s\n  }\n}\n'
)
_LEFT = ',\n    "left-pad": "^1.3.0"'
_PACKAGE_LOCK = (
    '{"name": "a", "lockfileVersion": 3, "packages": {"": {"dependencies": {"chalk": "^5.0.0"}},'
    ' "node_modules/chalk": {"version": "5.3.0"}}}'
)
_CARGO = '[package]\nname = "a"\nversion = "{}"\n\n[dependencies]\nserde = "1.0"\n{}'
_CARGO_LOCK = (
    "version = 4\n\n"
    '[[package]]\nname = "a"\nversion = "0.1.0"\ndependencies = [\n "serde",\n]\n\n'
    '[[package]]\nname = "serde"\nversion = "1.0.200"\nsource = "registry+x"\n'
)
_PYPROJECT = '[project]\nname = "a"\nversion = "1"\ndependencies = [\n    "httpx>=0.27",\n{}]\n'
_UV_LOCK = (
    'version = 1\n\n[[package]]\nname = "a"\nversion = "1"\nsource = { editable = "." }\n'
    'dependencies = [\n    { name = "httpx" },\n]\n\n[package.metadata]\n'
    'requires-dist = [{ name = "httpx", specifier = ">=0.27" }]\n\n'
    '[[package]]\nname = "httpx"\nversion = "0.27.0"\n'
)
_GO = "module example.org/a\n\ngo 1.22\n\nrequire (\n\tgolang.org/x/sync v0.{}.0\n)\n"
_GO_SUM = "golang.org/x/sync v0.7.0 h1:a=\ngolang.org/x/sync v0.7.0/go.mod h1:b=\n"
_POETRY = '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\npython = "^3.11"\n{}'
_POETRY_LOCK = '[[package]]\nname = "httpx"\nversion = "0.27.0"\n\n[metadata]\ncontent-hash = "1"\n'
_YARN_LOCK = '# yarn lockfile v1\n\n\nchalk@^5.0.0:\n  version "5.3.0"\n'
_GEMS = 'source "https://rubygems.org"\n\ngem "rails", "~> 7.1"\n{}'
_GEM_LOCK = (
    "GEM\n  specs:\n    rails (7.1.3)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rails (~> 7.1)\n\n"
)
BAD = (
    Example(
        "package.json",
        _PACKAGE % ("", _LEFT),
        _PACKAGE % ("", ""),
        (("package-lock.json", _PACKAGE_LOCK),),
    ),
    Example(
        "package.json",
        _PACKAGE % ("", _LEFT),
        _PACKAGE % ("", ""),
        (("yarn.lock", _YARN_LOCK),),
    ),
    Example(
        "web/package.json",
        (_PACKAGE % ("", "")).replace("^5.0.0", "^6.0.0"),
        _PACKAGE % ("", ""),
        (("web/package-lock.json", _PACKAGE_LOCK),),
    ),
    Example(
        "Cargo.toml",
        _CARGO.format("0.1.0", 'rand = "0.9"\n'),
        _CARGO.format("0.1.0", ""),
        (("Cargo.lock", _CARGO_LOCK),),
    ),
    Example(
        "pyproject.toml",
        _PYPROJECT.format('    "rich",\n'),
        _PYPROJECT.format(""),
        (("uv.lock", _UV_LOCK),),
    ),
    Example("go.mod", _GO.format(8), _GO.format(7), (("go.sum", _GO_SUM),)),
    Example(
        "pyproject.toml",
        _POETRY.format('httpx = "^0.28"\n'),
        _POETRY.format('httpx = "^0.27"\n'),
        (("poetry.lock", _POETRY_LOCK),),
    ),
    Example(
        "Gemfile",
        _GEMS.format('gem "pg"\n'),
        _GEMS.format(""),
        (("Gemfile.lock", _GEM_LOCK),),
    ),
    Example(
        "package-lock.json",
        _PACKAGE_LOCK.replace("^5.0.0", "^4.0.0"),
        _PACKAGE_LOCK,
        (("package.json", _PACKAGE % ("", "")),),
    ),
    Example(
        "requirements.in", "httpx\nrich\n", "httpx\n", (("requirements.txt", "httpx==0.27.0\n"),)
    ),
)
GOOD = (
    Example(
        "package.json",
        _PACKAGE % ('"test": "vitest"', ""),
        _PACKAGE % ("", ""),
        (("package-lock.json", _PACKAGE_LOCK),),
    ),
    Example("package.json", _PACKAGE % ("", _LEFT), _PACKAGE % ("", "")),
    Example(
        "Cargo.toml",
        _CARGO.format("0.2.0", "").replace('"1.0"', '"1.0.100"'),
        _CARGO.format("0.1.0", ""),
        (("Cargo.lock", _CARGO_LOCK),),
    ),
    Example(
        "pyproject.toml",
        _PYPROJECT.format("") + "[tool.ruff]\nline-length = 100\n",
        _PYPROJECT.format(""),
        (("uv.lock", _UV_LOCK),),
    ),
    Example("go.mod", _GO.format(7) + "// more\n", _GO.format(7), (("go.sum", _GO_SUM),)),
    Example(
        "package-lock.json",
        _PACKAGE_LOCK.replace("5.3.0", "5.4.0"),
        _PACKAGE_LOCK,
        (("package.json", _PACKAGE % ("", "")),),
    ),
    Example(
        "tests/fixtures/package.json",
        _PACKAGE % ("", _LEFT),
        _PACKAGE % ("", ""),
        (("tests/fixtures/package-lock.json", _PACKAGE_LOCK),),
    ),
)
