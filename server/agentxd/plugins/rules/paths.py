"""What the path of a file tells about what it is for."""

from agentxd.kernel.patterns import Lazy

_TEST_FOLDERS = (
    r"(?!(?:la|con|pro|grea|at)tests?/)\w*tests?|(?:[^/]*[_.-])?(?:tests?|specs?|testing|testdata"
    r"|testutils?|testlib|e2e|unittests?)(?:[_.-][^/]*)?|src/it|__tests__|__mocks__|__snapshots__"
    r"|__fixtures__|mocks?|_*fixtures?|stubs?|fakes?|cypress|playwright|snapshots?|testcases?|golden"
    r"|conformance|cassettes"
)
_TEST = Lazy(
    rf"(?i)(?:^|/)(?:{_TEST_FOLDERS})/"
    r"|(?:^|/)(?:tests?|conftest|noxfile)\.\w+$|(?:^|/)(?:tests?[_.-])[^/]*$"
    r"|[_.-](?:tests?|specs?|e2e|stories|mocks?|fixtures?|snap)\.\w+(?:\.\w+)?$"
    r"|(?:Tests?|TestCase|Specs?|IT)\.(?:java|kt|cs|php|scala|groovy|swift)$|\.snap$|\.stories\.\w+$"
)
_EXAMPLE = Lazy(
    r"(?i)(?:^|/)(?:examples?|samples?|demos?|tutorials?|playgrounds?|docs?_src|snippets"
    r"|benchmarks?|bench|perf|sandbox|quickstarts?|boilerplates?|scaffold(?:ing)?|archetypes?)/"
    r"|\.(?:example|sample|template|tmpl|dist|tpl|erb|j2|jinja2?|mustache|hbs|in)$"
    r"|(?:^|/)[^/]*(?:example|sample)[^/]*$|[_-]bench\.\w+$"
)
_DOCUMENT = Lazy(
    r"(?i)(?:^|/)(?:docs?|documentation|website|site|man|wiki|changelogs?|changes|\.changeset)/"
    r"|\.(?:md|mdx|markdown|rst|adoc|asciidoc|txt|tex|org|ipynb|html?|po|pot|[1-8])$"
    r"|(?:^|/)(?:README|CHANGES|CHANGELOG|HISTORY|NEWS|LICEN[CS]E|NOTICE|AUTHORS)[^/]*$"
)
_SCRIPT = Lazy(
    r"(?i)(?:^|/)(?:scripts?|bin|tools?|utils/scripts|hack|dev|devtools|build|ci|\.ci|\.github|tasks"
    r"|cmd|cli|commands?|management|maint|contrib|release|packaging|misc|cookbook|notebooks?"
    r"|migrations?|generators?|codegen|xtask|make)/"
    r"|(?:^|/)(?:setup|manage|build|main|__main__|cli|app|run|server|gulpfile|gruntfile|rakefile"
    r"|bundle|release|console|logger|logging|log|debug|repl|shell)(?:[._-][^/]*)?$"
    r"|(?:^|/)[^/]*(?:cli|config|rc|logger|command|reporter|console|script|debug)\.\w+$"
)
_LOCK = Lazy(
    r"(?i)(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lockb?"
    r"|poetry\.lock|pdm\.lock|uv\.lock|pipfile\.lock|cargo\.lock|gemfile\.lock|composer\.lock"
    r"|go\.sum|go\.work\.sum|flake\.lock|mix\.lock|pubspec\.lock|podfile\.lock|packages\.lock\.json"
    r"|paket\.lock|gradle\.lockfile|verification-metadata\.xml|module\.bazel\.lock|conan\.lock"
    r"|\.terraform\.lock\.hcl|deno\.lock|[^/]*\.lock|[^/]*requirements[^/]*\.txt"
    r"|[^/]*(?:checksums?|sha\d*sums?|md5sums?)[^/]*|[^/]*\.(?:sha\d+|md5|sum|asc|sig|map))$"
)
_FOREIGN = Lazy(
    r"(?i)(?:^|/)(?:vendor|third[_-]?party|node_modules|bower_components|external|dist|\.yarn)/"
    r"|\.min\.(?:js|css)$"
)


def is_test(path: str) -> bool:
    """A test, or what tests are made of: fixtures, mocks, snapshots."""
    return _TEST.search(path) is not None


def is_example(path: str) -> bool:
    """What shows how something is used, a template, or a benchmark."""
    return _EXAMPLE.search(path) is not None


def is_document(path: str) -> bool:
    """Prose, its folders and its translations."""
    return _DOCUMENT.search(path) is not None


def is_script(path: str) -> bool:
    """A program of its own, or part of a command line: it talks to a terminal."""
    return _SCRIPT.search(path) is not None


def is_lock(path: str) -> bool:
    """A lock file or a list of checksums."""
    return _LOCK.search(path) is not None


def is_foreign(path: str) -> bool:
    """Somebody else's code that is kept in the tree."""
    return _FOREIGN.search(path) is not None


def suffix(path: str) -> str:
    """The ending of the name in lower case, without its dot; empty for none."""
    name = path.rpartition("/")[2].lower()
    return name.rpartition(".")[2] if "." in name.lstrip(".") else ""
