"""From an import as it is written to the files it may mean, by a table of rules per family."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from agentxd.index.families import family_of
from agentxd.index.module_tree import Layout, ModuleTree, leaf
from agentxd.kernel.index import Import

_SIGNS = "\"'<>`; "
_BRACES = re.compile(r"^(.*?)(?:::)?\{(.*)\}$", re.DOTALL)
_SCOPE = re.compile(r"^(?:@[\w.-]*|~|#)/")
"""Before a package's or an alias' own name, as in `@vue/reactivity` and `@/views`."""
_LEAST_VOTES = 2


class Rule(Struct, frozen=True, kw_only=True):
    """How one family writes imports."""

    layout: Layout
    separator: str = "/"
    relative: str = ""
    """dots: `..a.b`; slashes: `./a`; words: `crate::a`, `super::a`; empty where all is absolute."""
    is_beside: bool = False
    """A bare module is looked for beside the importer first."""
    has_modules_inside: bool = False
    """A name that is taken out of a module may be a module of its own."""
    drop_head: int = 0
    """How many first parts may name the package as a whole."""
    drop_tail: int = 0
    """How many last parts may name something inside the file."""
    takes_folder: bool = False
    """A module may be a folder with all the files in it."""
    is_rooted: bool = False
    """Modules begin with an address that stands for a folder, one for each repository or so."""
    packages_nest: bool = False
    """A folder inside a package is no place where an absolute module begins."""
    roots: tuple[str, ...] = ()
    """Where a module of one part may lie; empty for anywhere."""


_SCRIPTS = (
    ".d.ts",
    ".tsx",
    ".ts",
    ".mts",
    ".cts",
    ".jsx",
    ".js",
    ".mjs",
    ".cjs",
    ".vue",
    ".svelte",
)
_CODE = (".hpp", ".hxx", ".hh", ".cpp", ".cxx", ".cc", ".c++", ".inl", ".ipp", ".h", ".c")
RULES: Mapping[str, Rule] = {
    "python": Rule(
        layout=Layout((".pyi", ".py", ".pyx"), index=("__init__",)),
        separator=".",
        relative="dots",
        has_modules_inside=True,
        drop_tail=1,
        packages_nest=True,
    ),
    "web": Rule(
        layout=Layout(_SCRIPTS, index=("index",), inner=("src", "lib")),
        relative="slashes",
        roots=("packages", "libs", "apps", "modules"),
    ),
    "go": Rule(layout=Layout((".go",)), takes_folder=True, is_rooted=True),
    "rust": Rule(
        layout=Layout((".rs",), index=("lib", "main", "mod"), inner=("src",)),
        separator="::",
        relative="words",
        drop_tail=2,
        has_modules_inside=True,
    ),
    "jvm": Rule(
        layout=Layout((".java", ".kt", ".scala", ".groovy")),
        separator=".",
        drop_tail=2,
        takes_folder=True,
        roots=("java", "kotlin", "scala"),
    ),
    "dotnet": Rule(layout=Layout((".cs",)), separator=".", takes_folder=True, drop_tail=1),
    "c": Rule(layout=Layout(_CODE), relative="slashes", is_beside=True),
    "ruby": Rule(
        layout=Layout((".rb", ".rake")),
        relative="slashes",
        is_beside=True,
        roots=("", "lib", "app"),
    ),
    "php": Rule(
        layout=Layout((".php",)), separator="\\", relative="slashes", drop_head=2, drop_tail=1
    ),
    "lua": Rule(
        layout=Layout((".lua",), index=("init",)), separator=".", roots=("", "lua", "src", "lib")
    ),
    "shell": Rule(layout=Layout((".sh", ".bash", ".zsh")), relative="slashes", is_beside=True),
    "style": Rule(layout=Layout((".css", ".scss", ".less")), relative="slashes", is_beside=True),
}


class ImportResolver:
    """Knows the files of one workspace; answers of what was asked before are remembered."""

    def __init__(self, languages: Mapping[str, str]) -> None:
        """`languages`: path to language, of every file."""
        paths: dict[str, list[str]] = defaultdict(list)
        for path, language in languages.items():
            paths[family_of(language)].append(path)
        self._trees = {
            family: ModuleTree(rule.layout, paths[family])
            for family, rule in RULES.items()
            if family in paths
        }
        self._rooted: dict[str, str] = {}
        self._remembered: dict[tuple[str, str, str, tuple[str, ...]], tuple[str, ...]] = {}

    def learns(self, language: str) -> bool:
        """Whether `learn` is of any use for this language."""
        family = family_of(language)
        return family in self._trees and RULES[family].is_rooted

    def learn(self, language: str, modules: Iterable[str]) -> None:
        """Find out by which addresses this workspace's own folders are imported."""
        family = family_of(language)
        if self.learns(language):
            self._rooted |= _addresses(self._trees[family], set(modules))

    def resolve(self, path: str, language: str, imported: Import) -> tuple[str, ...]:
        """The files an import of `path` may mean; none for what lies outside the workspace."""
        family = family_of(language)
        if family not in self._trees:
            return ()
        place = path if RULES[family].relative == "words" else path.rpartition("/")[0]
        key = (family, place, imported.module, imported.names)
        if key not in self._remembered:
            search = _Search(RULES[family], self._trees[family], self._rooted, path)
            self._remembered[key] = search.files(imported)
        return tuple(found for found in self._remembered[key] if found != path)


class _Search:
    """One import of one file."""

    def __init__(self, rule: Rule, tree: ModuleTree, rooted: Mapping[str, str], path: str) -> None:
        self._rule = rule
        self._tree = tree
        self._rooted = rooted
        self._path = path

    def files(self, imported: Import) -> tuple[str, ...]:
        module, names = imported.module.strip(_SIGNS), imported.names
        if braced := _BRACES.match(module):
            module, names = braced[1], (*names, *(name.strip() for name in braced[2].split(",")))
        found: dict[str, None] = {}
        n_inside = 0
        for name in names if module and self._rule.has_modules_inside else ():
            inside = self._module(self._joined(module, name), name.count(self._rule.separator))
            found.update(dict.fromkeys(inside))
            n_inside += bool(inside)
        if not names or n_inside < len(names):
            found.update(dict.fromkeys(self._module(module, self._rule.drop_tail)))
        return tuple(found)

    def _joined(self, module: str, name: str) -> str:
        separator = self._rule.separator
        return module + name if module.endswith(separator) else f"{module}{separator}{name}"

    def _module(self, module: str, drop_tail: int) -> list[str]:
        rule = self._rule
        if rule.is_rooted:
            return self._addressed(module)
        for base, parts in self._bases(module):
            if found := self._exact(base, parts, drop_tail):
                return found
        is_relative = module.startswith((".", "/")) or rule.relative == "words"
        return [] if is_relative else self._anywhere(self._absolute(module), drop_tail)

    def _addressed(self, module: str) -> list[str]:
        for address, folder in self._rooted.items():
            if module == address or module.startswith(address + "/"):
                rest = module[len(address) + 1 :]
                return self._tree.folder("/".join(part for part in (folder, rest) if part))
        return []

    def _bases(self, module: str) -> Iterator[tuple[str, list[str]]]:
        """Folders, and the parts to be found from there."""
        folder = self._path.rpartition("/")[0]
        if self._rule.relative == "dots" and module.startswith("."):
            rest = module.lstrip(".")
            for _ in range(len(module) - len(rest) - 1):
                folder = folder.rpartition("/")[0]
            yield folder, rest.split(".") if rest else []
        elif self._rule.relative == "words":
            yield from self._worded(module.split("::"))
        elif self._rule.relative == "slashes" and "\\" not in module:
            plain = self._tree.bare(module)
            if module.startswith(".") or self._rule.is_beside or plain != module:
                yield folder, plain.split("/")

    def _worded(self, parts: list[str]) -> Iterator[tuple[str, list[str]]]:
        """Rust: from the crate's root, from here, from the module around, from another crate."""
        here = self._tree.module_of(self._path)
        if parts[0] == "crate":
            yield self._crate(here), parts[1:]
            return
        while parts and parts[0] in ("self", "super"):
            here = here if parts[0] == "self" else here.rpartition("/")[0]
            parts = parts[1:]
            if not parts or parts[0] != "super":
                yield here, parts
                return
        yield here, parts
        for name in (parts[0], parts[0].replace("_", "-"), parts[0].partition("_")[2]):
            for crate in self._tree.ending([name]) if name else ():
                files = [file for file in self._tree.files(crate) if leaf(file) == "lib.rs"]
                if files:
                    yield files[0].rpartition("/")[0], parts[1:]

    def _crate(self, here: str) -> str:
        while here:
            if any(leaf(file) in ("lib.rs", "main.rs") for file in self._tree.files(here)):
                return here
            here = here.rpartition("/")[0]
        return here

    def _exact(self, base: str, parts: list[str], drop_tail: int) -> list[str]:
        for dropped in range(min(drop_tail, len(parts)) + 1):
            target = _normal(base, parts[: len(parts) - dropped])
            if target is None:
                continue
            found = self._tree.files(target)
            if found and (found != [self._path] or not dropped):
                return found
        return []

    def _absolute(self, module: str) -> list[str]:
        module = _SCOPE.sub("", module)
        if self._rule.separator == "/":
            module = self._tree.bare(module)
        return [part for part in module.split(self._rule.separator) if part]

    def _anywhere(self, parts: list[str], drop_tail: int) -> list[str]:
        """By the end of their paths; the more parts agree, the better."""
        if parts and parts[-1] == "*":
            return self._folder(parts[:-1])
        for head in range(self._rule.drop_head + 1):
            for tail in range(drop_tail + 1):
                rest = parts[head : len(parts) - tail]
                found = self._rooted_ones(rest) if rest else []
                if found:
                    return self._tree.files(self._nearest(found))
        return self._folder(parts) if self._rule.takes_folder else []

    def _folder(self, parts: list[str]) -> list[str]:
        found = self._tree.folders_ending(parts) or self._tree.folders_ending([".".join(parts)])
        return self._tree.folder(self._nearest(found)) if found else []

    def _rooted_ones(self, rest: list[str]) -> list[str]:
        whole = "/".join(rest)
        return [
            module
            for module in self._tree.ending(rest)
            if self._may_begin(module[: -len(whole)].rstrip("/"), len(rest))
        ]

    def _may_begin(self, prefix: str, n_parts: int) -> bool:
        """Whether an absolute module may begin inside this folder."""
        rule = self._rule
        if rule.packages_nest and prefix and self._tree.is_package(prefix):
            return False
        return n_parts > 1 or not rule.roots or leaf(prefix) in rule.roots

    def _nearest(self, modules: list[str]) -> str:
        return max(modules, key=lambda module: n_shared(module, self._path))


def n_shared(first: str, second: str) -> int:
    """How many folders from the root on two paths share."""
    shared = 0
    for one, other in zip(first.split("/"), second.split("/"), strict=False):
        if one != other:
            break
        shared += 1
    return shared


def _normal(base: str, parts: list[str]) -> str | None:
    """The path, None where it leaves the workspace."""
    done = base.split("/") if base else []
    for part in parts:
        if part in ("", "."):
            continue
        if part != "..":
            done.append(part)
        elif not done:
            return None
        else:
            done.pop()
    return "/".join(done)


def _addresses(tree: ModuleTree, modules: set[str]) -> dict[str, str]:
    """Address to folder, longest first: what stands before a known folder in several imports."""
    votes: Counter[tuple[str, str]] = Counter()
    for module in sorted(modules):
        parts = module.split("/")
        if "." not in parts[0]:
            continue
        for at in range(1, len(parts)):
            folders = tree.folders_ending(parts[at:])
            if folders:
                root = folders[0][: -len("/".join(parts[at:]))].rstrip("/")
                votes["/".join(parts[:at]), root] += 1
                break
    best = votes.most_common(1)
    chosen = [pair for pair, n_votes in votes.items() if n_votes >= _LEAST_VOTES]
    chosen += [pair for pair, _ in best if pair not in chosen]
    return dict(sorted(chosen, key=lambda pair: (-len(pair[0]), pair)))
