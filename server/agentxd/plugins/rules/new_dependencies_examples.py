"""What new-dependency and dependency-typosquat say of themselves, and examples of both."""

from agentxd.kernel.review import Example

DOC = """\
Each dependency is code of somebody else that runs with all rights of the project, today and after
each of its releases. A note tells every one that the project did not have yet, with the licence
where a lock file or an installed copy tells it; where neither does, the note says so.

It is a warning where the dependency comes from git without a fixed commit, from an address, over
http, as `*` or `latest`, or under a strong copyleft licence (GPL, AGPL, SSPL) into a project with
a permissive one. Packages of the same workspace, and those that another manifest of the project
has already, are nothing new.
"""
SQUAT_DOC = """\
Somebody publishes `reqeusts` and waits for a slip of the fingers; what is installed then is not
`requests`. A new dependency is compared with a list of popular names of npm, PyPI, crates.io,
RubyGems, Packagist and Go modules: one swapped, doubled, missing or wrong letter, other separators,
the same words in another order, and signs that look alike (an error: nobody types those).

Names on the list, names known to be good though near to one, names that the project has already,
and names below an owner that is on the list (`@babel/…`, `symfony/…`) are never told.
"""
_NPM = (
    '{\n  "name": "a",\n  "license": "MIT",\n'
    '  "dependencies": {\n    "express": "^4.19.0"%s\n  }\n}\n'
)
_OLD_NPM = _NPM % ""
_PYPROJECT = '[project]\nname = "a"\ndependencies = [\n    "httpx>=0.27",\n%s]\n'
_CARGO = '[package]\nname = "a"\n\n[dependencies]\nserde = "1"\n%s'
_GO = "module example.org/a\n\nrequire (\n\tgolang.org/x/sync v0.7.0\n%s)\n"
_GPL_LOCK = (
    '{"packages": {"": {"dependencies": {"x-gpl": "^1.0.0"}},'
    ' "node_modules/x-gpl": {"version": "1.0.0", "license": "GPL-3.0-only"}}}'
)


def _npm(line: str, *others: tuple[str, str]) -> Example:
    return Example("package.json", _NPM % f",\n    {line}", _OLD_NPM, others)


BAD = (
    _npm('"left-pad": "^1.3.0"'),
    _npm('"acme": "github:acme/acme"'),
    _npm('"acme": "http://example.org/acme.tgz"'),
    _npm('"acme": "*"'),
    _npm('"x-gpl": "^1.0.0"', ("package-lock.json", _GPL_LOCK)),
    Example("pyproject.toml", _PYPROJECT % '    "rich>=13",\n', _PYPROJECT % ""),
    Example(
        "requirements.txt",
        "httpx==0.27.0\nacme @ git+https://example.org/acme.git\n",
        "httpx==0.27.0\n",
    ),
    Example("Cargo.toml", _CARGO % 'rand = "0.9"\n', _CARGO % ""),
    Example("go.mod", _GO % "\tgithub.com/pkg/errors v0.9.1\n", _GO % ""),
    Example("Gemfile", 'gem "rails"\ngem "pg", "~> 1.5"\n', 'gem "rails"\n'),
    Example(
        "composer.json",
        '{"require": {"php": "^8.2",\n"monolog/monolog": "^3.0"}}\n',
        '{"require": {"php": "^8.2"}}\n',
    ),
)
GOOD = (
    Example("package.json", _OLD_NPM.replace("4.19.0", "4.20.0"), _OLD_NPM),
    _npm('"@a/tools": "workspace:*"'),
    _npm('"vite": "^5.0.0"', ("web/package.json", '{"dependencies": {"vite": "^5.0.0"}}')),
    Example("pyproject.toml", _PYPROJECT % "" + "[tool.ruff]\nline-length = 88\n", _PYPROJECT % ""),
    Example("Cargo.toml", _CARGO % 'b = { path = "../b" }\n', _CARGO % ""),
    Example("go.mod", _GO % "\tgithub.com/pkg/errors v0.9.1 // indirect\n", _GO % ""),
    Example("tests/fixtures/package.json", _NPM % ',\n    "acme": "*"', _OLD_NPM),
)
SQUAT_BAD = (
    Example("requirements.txt", "reqeusts\n", ""),
    Example("pyproject.toml", _PYPROJECT % '    "python-dateutill",\n', _PYPROJECT % ""),
    Example("pyproject.toml", _PYPROJECT % '    "dateutil-python",\n', _PYPROJECT % ""),
    _npm('"crossenv": "^7.0.0"'),
    _npm('"l0dash": "^4.0.0"'),
    _npm('"lod\u0430sh": "^4.0.0"'),
    Example("Cargo.toml", _CARGO % 'serde_jsom = "1"\n', _CARGO % ""),
    Example("go.mod", _GO % "\tgithub.com/gorila/mux v1.8.0\n", _GO % ""),
    Example("Gemfile", 'gem "rails"\ngem "nokogirri"\n', 'gem "rails"\n'),
    Example(
        "composer.json",
        '{"require": {"php": "^8.2",\n"symfonny/console": "^7.0"}}\n',
        '{"require": {"php": "^8.2"}}\n',
    ),
)
SQUAT_GOOD = (
    Example("requirements.txt", "requests\nhttpx\n", ""),
    Example("pyproject.toml", _PYPROJECT % '    "python_dateutil",\n', _PYPROJECT % ""),
    _npm('"preact": "^10.0.0"'),
    _npm('"@babel/corex": "^7.0.0"'),
    Example("Cargo.toml", _CARGO % 'sha3 = "1"\nsha2 = "1"\n', _CARGO % ""),
    Example("go.mod", _GO % "\tgithub.com/go-chi/chi/v5 v5.0.0\n", _GO % ""),
)
