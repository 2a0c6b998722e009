"""Uses of a name that was public: which of them certainly mean it, and which probably."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from posixpath import dirname, join, normpath

from msgspec import Struct

from agentxd.kernel.index import Symbol, Use
from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.api_imports import crate_of, imports_of, module_of
from agentxd.plugins.rules.api_names import TYPES, Api, family
from agentxd.plugins.rules.paths import is_document, is_foreign
from agentxd.plugins.rules.text import is_touched

_MOST_USES = 50
_DISTINCTIVE = 8
"""Letters of a method's name that is hardly a library's too."""
_MODIFIERS = (
    "public|private|protected|internal|static|async|abstract|override|virtual|final|get|set|readonly"
    "|export|default|pub"
)
_DEFINING = (
    r"\b(?:def|class|func|fn|function|interface|trait|struct|enum|type|const|let|var|val|record|module"
    r"|case|static|macro_rules!)\s+(?:\([^()]*\)\s*)?(?:self\.)?(?P<a>{name})\b(?!\s*[,}]|\s+(?:as|from)\b)"
    rf"|^\s*(?:(?:{_MODIFIERS})\s+)+(?:[\w<>\[\],.?]+\s+)*(?P<b>{{name}})\s*(?:<[^()]*>)?\s*[(:=]"
    r"|^\s*(?P<c>{name})\s*(?::[^=()]+)?=(?!=)"
    r"|^\s*(?P<d>{name})\s*(?:<[^()]*>)?\([^()]*\)\s*(?::[^=]*)?\{\s*$"
    r"|^\s*(?P<e>{name})\s*\([^()]*\)\s*(?:[\w*.\[\]]+|\([\w*.\[\], ]+\))\s*$"
    r"|^\s*(?!return\b|await\b|yield\b|throw\b|new\b|else\b)[\w<>\[\],.?]+\s+(?P<f>{name})\s*\([^()]*\)\s*"
    r"(?:\{|=>|;)"
    r"|\b(?:self|this|cls)\.(?P<g>{name})\s*(?::[^=()]+)?=(?!=)"
    r"|^\s*(?P<h>{name})\s*:\s*(?:async\s+)?(?:function|\()"
)
_FETCHED = Lazy(r"\brequire\s*\(|\bimport\s*\(")
_BINDING = (
    r"(?:\bimport\b.*\b{name}\b|\b{name}\s*(?::[^=()]+)?:?=(?!=)|\bas\s+{name}\b"
    r"|\bfor\s+(?:[\w, (]*\b)?{name}\b"
    r"|\b(?:def|fn|func|function)\b[^()]*\([^()]*\b{name}\b|\b{name}\b\s*(?:,[^()=]*)?\)?\s*=>"
    r"|\b(?:let|const|var|use|lambda)\b[^=;]*\b{name}\b)"
)


class Broken(Struct, frozen=True):
    """A use of what is no longer so."""

    use: Use
    severity: Severity
    """error: it certainly means it."""
    why: str = ""


class Look(Struct, frozen=True):
    """Where a definition was, and is."""

    old: Api
    new: Api | None
    own: int = -1
    """The line in which it still is; -1 where it is gone."""

    @property
    def target(self) -> str:
        """Where others import it from."""
        return self.old.path


class Users:
    """Finds uses in the tree after the change, and what they mean."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._apis: dict[str, Api | None] = {}

    @cached_property
    def paths(self) -> frozenset[str]:
        """Of the tree."""
        return frozenset(self._ground.tree.paths())

    @cached_property
    def _go_module(self) -> str:
        """What the folder of all is imported as."""
        content = self._ground.tree.read("go.mod") or b""
        match = re.search(rb"^module\s+(\S+)", content, re.MULTILINE)
        return match[1].decode("utf-8", "replace") if match else ""

    def is_new(self, use: Use) -> bool:
        """Whether the change wrote this line."""
        files = self._ground.change.files
        return any(file.path == use.path and is_touched(file, use.line) for file in files)

    def api(self, path: str) -> Api | None:
        """Of a file of the tree."""
        if path not in self._apis:
            content = self._ground.tree.read(path)
            is_text = content is not None and b"\0" not in content[:8_000]
            self._apis[path] = Api(path, content or b"", self._ground.syntax) if is_text else None
        return self._apis[path]

    def top(self, name: str, look: Look) -> Iterator[Broken]:
        """Uses of a definition that stood in no class."""
        uses = self._uses(name, look)
        defining = _pattern(_DEFINING, name)
        places = [use for use in uses if _defines(use, defining)]
        for use in uses:
            if use in places or any(_hides(place, use, look) for place in places):
                continue
            if look.new is not None and use.path == look.new.path:
                if self._is_unbound(name, use, look.new, look.own):
                    yield Broken(use, Severity.ERROR)
            elif self._is_from(name, use, look):
                yield Broken(use, Severity.ERROR)
            elif not places and self._is_probably_from(name, use, look):
                yield Broken(use, Severity.WARNING)

    def member(self, symbol: Symbol, look: Look) -> Iterator[Broken]:
        """Uses of what stood in a class that is still there."""
        if look.new is None:
            return
        name, holder = symbol.name, symbol.container.rpartition(".")[2]
        uses = self._uses(name, look)
        defining = _pattern(_DEFINING, name)
        is_alone = not any(_defines(use, defining) for use in uses)
        heir = has_bases(look.old, symbol)
        qualified = re.compile(rf"\b{re.escape(holder)}(?:\.|::)(?:class\.)?{re.escape(name)}\b")
        for use in uses:
            if _defines(use, defining):
                continue
            if qualified.search(use.text) and self._knows(holder, use, look):
                yield Broken(use, Severity.WARNING if heir else Severity.ERROR)
            elif use.path == look.new.path and _is_own(use, symbol, look.new):
                if not heir or is_alone:
                    yield Broken(use, Severity.WARNING if heir else Severity.ERROR)
            elif not (is_alone and _is_distinctive(name) and _is_access(use)):
                continue
            elif self._mentions(holder, use, look.target):
                yield Broken(use, Severity.WARNING)

    def _uses(self, name: str, look: Look) -> list[Use]:
        """Without the definition itself."""
        old = look.old
        found = self._ground.tree.uses(name, old.path, _MOST_USES)
        return [
            use
            for use in found
            if family(self._ground.syntax.language(use.path)) == family(old.language)
            and not (use.path == old.path and use.line == look.own)
            and not is_foreign(use.path)
            and not is_document(use.path)
        ]

    def _is_unbound(self, name: str, use: Use, new: Api, own: int) -> bool:
        """Whether a name that a file defined stands in it still, and nothing gives it a meaning."""
        if new.n_bound(name) > (own >= 0) or _before(use) in (".", ":", ">", "@", "$"):
            return False
        if re.match(rf"\s*{re.escape(name)}\s*[=:](?!=|:)", use.text[use.column :]):
            return False
        binding = _pattern(_BINDING, name)
        lines = (line for number, line in enumerate(new.lines) if number != own)
        return not any(name in line and binding.search(line) for line in lines)

    def _is_from(self, name: str, use: Use, look: Look) -> bool:
        """Whether a file takes the name from where it was."""
        api = self.api(use.path)
        if api is None:
            return False
        language, target = api.language, look.target
        stem = module_of(target).rpartition("/")[2]
        if language in ("go", "java") and dirname(use.path) == dirname(target):
            return _before(use) != "." and (language == "go" or use.path != target)
        if language == "go":
            package = re.search(r"^package\s+(\w+)", look.old.code, re.MULTILINE)
            stem = package[1] if package else stem
        behind = rf"\b(?:{re.escape(stem)}(?:\.|::)|require\([^()]*\)\.){re.escape(name)}\b"
        is_behind = re.search(behind, use.text) is not None
        if language == "rust" and is_behind and crate_of(use.path) == crate_of(target):
            return True
        for one in imports_of(language, api.parsed, use.path, target, self.paths):
            if name in one.names or (is_behind and not one.names):
                return True
        if language == "go" and is_behind and "/" not in target:
            return any(one.module == self._go_module for one in api.parsed.imports)
        return is_behind and language == "python" and self._has_module(stem, api, target)

    def _is_probably_from(self, name: str, use: Use, look: Look) -> bool:
        """Whether it is imported by name from somewhere around where it was: another package."""
        api = self.api(use.path)
        if api is None or api.language in ("go", "java", "csharp", "ruby"):
            return False
        around = set(re.split(r"[/-]", module_of(look.target).replace("_", "-")))
        for one in api.parsed.imports:
            if name not in one.names:
                continue
            if one.module.startswith("."):
                folder = normpath(join(dirname(use.path), one.module))
                if api.language != "python" and look.target.startswith(f"{folder}/"):
                    return True
                continue
            parts = re.findall(r"[A-Za-z0-9]+", one.module)
            if parts and parts[-1] in around:
                return True
        return False

    def _has_module(self, stem: str, api: Api, target: str) -> bool:
        """`from package import module`."""
        folder = module_of(target).rpartition("/")[0]
        package = f"{folder}/__init__.py"
        found = imports_of("python", api.parsed, api.path, package, self.paths)
        return any(stem in one.names for one in found)

    def _knows(self, holder: str, use: Use, look: Look) -> bool:
        """Whether a file has the class from where it is."""
        if look.new is not None and use.path == look.new.path:
            return True
        return self._is_from(holder, Use(use.path, use.line, 0, holder), look)

    def _mentions(self, holder: str, use: Use, target: str) -> bool:
        """Whether a file has to do with the class: imports its file, or names it."""
        api = self.api(use.path)
        if api is None:
            return False
        if next(iter(imports_of(api.language, api.parsed, use.path, target, self.paths)), None):
            return True
        return re.search(rf"\b{re.escape(holder)}\b", api.code) is not None


def has_bases(api: Api, symbol: Symbol) -> bool:
    """Whether the class around a member may have it from elsewhere."""
    holder = api.holder(symbol)
    if holder is None or holder.kind not in TYPES or api.language in ("go", "rust"):
        return True
    line = api.lines[holder.line] if holder.line < len(api.lines) else ""
    text = f"{holder.signature} {line}"
    if api.language == "python":
        return re.search(r"\((?!\s*(?:object)?\s*\))", text) is not None
    return re.search(r"\bextends\b|\bimplements\b|<|:\s*\w", text) is not None


def _pattern(template: str, name: str) -> re.Pattern[str]:
    return re.compile(template.replace("{name}", re.escape(name)))


def _defines(use: Use, defining: re.Pattern[str]) -> bool:
    """Whether a use is a definition, as far as its line tells."""
    if _FETCHED.search(use.text):
        return False
    return any(
        use.column in (match.start(name) for name in match.groupdict())
        for match in defining.finditer(use.text)
    )


def _before(use: Use) -> str:
    """The sign before the name."""
    return use.text[: use.column].rstrip()[-1:]


def _is_access(use: Use) -> bool:
    before = use.text[: use.column].rstrip()
    return before.endswith((".", "->", "?.", "::"))


def _is_own(use: Use, symbol: Symbol, new: Api) -> bool:
    """Whether a class uses it on itself."""
    before = use.text[: use.column].rstrip()
    if re.search(r"(?:\b(?:self|this|cls|static|Self)|\$this)(?:\.|->|::|\?\.)$", before) is None:
        return False
    outer, _, name = symbol.container.rpartition(".")
    return any(one.start_line <= use.line < one.end_line for one in new.all.get((outer, name), ()))


def _is_distinctive(name: str) -> bool:
    is_compound = "_" in name.strip("_") or re.search(r"[a-z][A-Z]", name) is not None
    return is_compound and len(name) >= _DISTINCTIVE


def _hides(place: Use, use: Use, look: Look) -> bool:
    """Whether a definition elsewhere may be what a use means."""
    if place.path == use.path:
        return True
    if look.old.language in ("go", "java"):
        return dirname(place.path) == dirname(look.target)
    return look.old.language in ("csharp", "ruby", "php")


def worst(broken: Sequence[Broken]) -> Severity:
    """Of all uses."""
    return max((one.severity for one in broken), key=lambda severity: severity.rank)
