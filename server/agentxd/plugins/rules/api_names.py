"""What a file offers to others: its public definitions, by name and by what they stand in."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from agentxd.kernel.index import Parsed, Symbol, SymbolKind
from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review_ports import SyntaxReader
from agentxd.plugins.rules.masking import masked_text

Key = tuple[str, str]
"""Container and name."""
CALLABLE = frozenset({SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CONSTRUCTOR})
TYPES = frozenset(
    {
        *(SymbolKind.CLASS, SymbolKind.STRUCT, SymbolKind.INTERFACE, SymbolKind.TRAIT),
        *(SymbolKind.ENUM, SymbolKind.TYPE),
    }
)
_HOLDERS = TYPES | {SymbolKind.NAMESPACE, SymbolKind.MODULE}
_KINDS = CALLABLE | TYPES | {SymbolKind.CONSTANT, SymbolKind.VARIABLE, SymbolKind.MEMBER}
_SCRIPTS = frozenset({"javascript", "typescript", "tsx"})
_FAMILIES = {**dict.fromkeys(_SCRIPTS, "javascript"), "vue": "javascript"}
_EXPORTS = Lazy(
    r"\bexport\s*(?:type\s*)?\{([^{}]*)\}|\bmodule\.exports\s*=\s*\{([^{}]*)\}"
    r"|\bmodule\.exports\s*=\s*(\w+)|\bexport\s+default\s+(\w+)\s*;?\s*$",
    re.MULTILINE,
)
_HIDDEN = Lazy(r"\b(?:private|protected|internal)\b|^#")
_PRIVATE_BELOW = Lazy(r"^\s*(?:private|protected|private_class_method)\s*$")
LANGUAGES = frozenset({"python", *_SCRIPTS, "go", "java", "rust", "csharp", "ruby", "php"})
_HEADS = {
    "python": r"^\s*(?:async\s+)?(?:def|class)\s+\w|^[A-Za-z]\w*\s*(?::[^=]+)?=",
    "go": r"^(?:func|type|const|var)\b|^\s+[A-Z]\w*(?:\(|\s|$)",
    "rust": r"^\s*pub\b|^\s*fn\s|^\s*[A-Z]\w*[,({]",
    "java": r"\b(?:public|class|interface|enum|record)\b|^\s+[\w<>\[\]]+\s+\w+\s*\(",
    "csharp": r"\b(?:public|internal|class|interface|enum|struct)\b|^\s+[\w<>\[\]?]+\s+\w+\s*\(",
    "ruby": r"^\s*(?:def|class|module)\s|^\s*[A-Z]\w*\s*=",
    "php": r"\b(?:function|class|interface|trait|enum|const|case)\b",
    **dict.fromkeys(
        _SCRIPTS,
        r"^\s*export\b|^\s*(?:module\.)?exports\b|^\s*(?:async\s+)?(?:function|class)\b"
        r"|^\s*(?:(?:async|static|get|set|public|abstract|readonly|\*)\s+)*"
        r"(?!(?:if|for|while|switch|catch|return|await|super|expect|throw|describe|it|test)\b)"
        r"[\w$]+\s*(?:<[^()]*>)?\([^()]*"
        r"(?:\)\s*(?::.*)?\{)?\s*$|^\s*(?:const|let|var)\s+[\w$]+\s*(?::.*)?=.*(?:=>|function)",
    ),
}
HEADS = {language: Lazy(pattern) for language, pattern in _HEADS.items()}
"""Lines that a definition may begin with, roughly: a first look, which costs nothing."""


def family(language: str) -> str:
    """Languages that import each other count as one."""
    return _FAMILIES.get(language, language)


class Api:
    """The definitions of one content."""

    def __init__(self, path: str, content: bytes, syntax: SyntaxReader) -> None:
        self.path = path
        self.content = content
        self._syntax = syntax

    @cached_property
    def parsed(self) -> Parsed:
        """As the grammar has it."""
        return self._syntax.parsed(self.path, self.content)

    @cached_property
    def language(self) -> str:
        """Of the content."""
        return self.parsed.language

    @cached_property
    def code(self) -> str:
        """Without comments and strings."""
        return masked_text(self.path, self.content, self._syntax)

    @cached_property
    def lines(self) -> list[str]:
        """Of the code."""
        return self.code.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def offset(self, line: int, column: int) -> int:
        """Of a place in the code."""
        return self._starts[min(line, len(self._starts) - 1)] + column

    @cached_property
    def all(self) -> Mapping[Key, Sequence[Symbol]]:
        """Every definition, public or not."""
        found: dict[Key, list[Symbol]] = {}
        for symbol in self.parsed.symbols:
            found.setdefault((symbol.container, symbol.name), []).append(symbol)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """What is called so anywhere in it, or imported by it."""
        imports = (one for one in self.parsed.imports if one.module not in ("super", "self"))
        imported = (name for one in imports for name in one.names)
        return frozenset((*(symbol.name for symbol in self.parsed.symbols), *imported))

    def n_bound(self, name: str) -> int:
        """How often it is defined or imported."""
        symbols = sum(1 for symbol in self.parsed.symbols if symbol.name == name)
        imports = (one for one in self.parsed.imports if one.module not in ("super", "self"))
        return symbols + sum(name in one.names for one in imports)

    @cached_property
    def public(self) -> Mapping[Key, Sequence[Symbol]]:
        """What others may use."""
        return {key: found for key, found in self.all.items() if self._is_public(found[0])}

    def holder(self, symbol: Symbol) -> Symbol | None:
        """The class around it, where it is in this content."""
        outer, _, name = symbol.container.rpartition(".")
        return next(iter(self.all.get((outer, name), ())), None)

    @cached_property
    def _exported(self) -> frozenset[str]:
        lists = (text for found in _EXPORTS.findall(self.code) for text in found)
        return frozenset(
            part.split(" as ")[0].split(":")[-1].strip()
            for text in lists
            for part in text.split(",")
        )

    def _is_public(self, symbol: Symbol) -> bool:
        if symbol.kind not in _KINDS or (
            symbol.name.startswith(("_", "#")) and symbol.name != "__init__"
        ):
            return False
        parts = symbol.container.split(".") if symbol.container else []
        if any(part.startswith("_") for part in parts) or not self._is_held(parts):
            return False
        return self._is_offered(symbol, parts)

    def _is_held(self, parts: Sequence[str]) -> bool:
        """By nothing but types and namespaces: what a function holds is its own."""
        for index, name in enumerate(parts):
            holders = self.all.get((".".join(parts[:index]), name), ())
            is_module = bool(holders) and holders[0].kind is SymbolKind.MODULE
            if holders and (holders[0].kind not in _HOLDERS or (is_module and self._is_rust)):
                return False
        return True

    @property
    def _is_rust(self) -> bool:
        """Whose modules within a file are mostly a matter of its own."""
        return self.language == "rust"

    def _is_offered(self, symbol: Symbol, parts: Sequence[str]) -> bool:
        language, signature = self.language, symbol.signature
        if language == "go":
            return symbol.name[:1].isupper() and all(part[:1].isupper() for part in parts)
        if language == "rust":
            is_trait = bool(parts) and symbol.kind is SymbolKind.MEMBER
            return is_trait or re.match(r"pub(?!\s*\((?:self|super))\b", signature) is not None
        if language in _SCRIPTS:
            outer = self.all.get(("", parts[0]), ()) if parts else (symbol,)
            is_exported = any(
                one.signature.startswith("export") or one.name in self._exported for one in outer
            )
            is_default = any(one.signature.startswith("export default") for one in outer)
            return is_exported and not (is_default and not parts) and not _HIDDEN.search(signature)
        if language in ("java", "csharp"):
            is_inner = symbol.kind is SymbolKind.MEMBER or re.search(r"\bpublic\b", signature)
            return bool(is_inner) and not _HIDDEN.search(signature)
        if language == "ruby":
            return not any(
                _PRIVATE_BELOW.match(line) for line in self.lines[self._top(symbol) : symbol.line]
            )
        return not _HIDDEN.search(signature)

    def _top(self, symbol: Symbol) -> int:
        holder = self.holder(symbol)
        return holder.line if holder else 0
