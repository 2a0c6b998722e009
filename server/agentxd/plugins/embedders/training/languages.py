"""Which nodes of each grammar are definitions, and how documentation stands with them."""

import importlib
from collections.abc import Mapping

import tree_sitter
from msgspec import Struct


class Grammar(Struct, frozen=True):
    """A language as far as training needs it."""

    module: str
    functions: str
    """Query whose captures `definition` are functions and methods."""
    types: str = ""
    """The same for classes, structs, traits."""
    is_doc_inside: bool = False
    """Whether documentation is the first statement of the body instead of comments above."""
    starts: tuple[str, ...] = ("//", "/*")
    """How comments begin that may document."""
    entry: str = "language"


_JS_FUNCTIONS = """
    (function_declaration name: (_) @name) @definition
    (generator_function_declaration name: (_) @name) @definition
    (method_definition name: (_) @name) @definition
    (lexical_declaration (variable_declarator name: (identifier) @name
        value: [(arrow_function) (function_expression)])) @definition
    (expression_statement (assignment_expression left: (member_expression property: (_) @name)
        right: [(arrow_function) (function_expression)])) @definition
    (pair key: (property_identifier) @name value: [(arrow_function) (function_expression)])
        @definition
"""
_TS_TYPES = """
    (class_declaration name: (_) @name) @definition
    (abstract_class_declaration name: (_) @name) @definition
    (interface_declaration name: (_) @name) @definition
"""
GRAMMARS: Mapping[str, Grammar] = {
    ".py": Grammar(
        "tree_sitter_python",
        "(function_definition name: (_) @name) @definition",
        "(class_definition name: (_) @name) @definition",
        is_doc_inside=True,
    ),
    ".go": Grammar(
        "tree_sitter_go",
        "(function_declaration name: (_) @name) @definition"
        "(method_declaration name: (_) @name) @definition",
        "(type_declaration (type_spec name: (_) @name)) @definition",
    ),
    ".rs": Grammar(
        "tree_sitter_rust",
        "(function_item name: (_) @name) @definition",
        "(struct_item name: (_) @name) @definition (enum_item name: (_) @name) @definition"
        "(trait_item name: (_) @name) @definition",
        starts=("///", "/**"),
    ),
    ".js": Grammar(
        "tree_sitter_javascript",
        _JS_FUNCTIONS,
        "(class_declaration name: (_) @name) @definition",
    ),
    ".ts": Grammar("tree_sitter_typescript", _JS_FUNCTIONS, _TS_TYPES, entry="language_typescript"),
    ".tsx": Grammar("tree_sitter_typescript", _JS_FUNCTIONS, _TS_TYPES, entry="language_tsx"),
    ".rb": Grammar(
        "tree_sitter_ruby",
        "(method name: (_) @name) @definition (singleton_method name: (_) @name) @definition",
        starts=("#",),
    ),
    ".php": Grammar(
        "tree_sitter_php",
        "(function_definition name: (_) @name) @definition"
        "(method_declaration name: (_) @name) @definition",
        "(class_declaration name: (_) @name) @definition",
        starts=("/**",),
        entry="language_php",
    ),
}
"""By the end of a file's name."""
ALIASES: Mapping[str, str] = {".mjs": ".js", ".cjs": ".js", ".jsx": ".js", ".mts": ".ts"}


class Language:
    """A grammar, loaded, with its queries."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        module = importlib.import_module(grammar.module)
        self._language = tree_sitter.Language(getattr(module, grammar.entry)())
        self._parser = tree_sitter.Parser(self._language)
        self._functions = tree_sitter.Query(self._language, grammar.functions)
        self._types = tree_sitter.Query(self._language, grammar.types) if grammar.types else None

    def definitions(self, content: bytes) -> list[tuple[tree_sitter.Node, str, bool]]:
        """Node, name, and whether it is a function; in the order of the file."""
        root = self._parser.parse(content).root_node
        found = _matches(self._functions, root, is_function=True)
        if self._types is not None:
            found += _matches(self._types, root, is_function=False)
        return sorted(found, key=lambda row: row[0].start_byte)


def _matches(
    query: tree_sitter.Query, root: tree_sitter.Node, *, is_function: bool
) -> list[tuple[tree_sitter.Node, str, bool]]:
    found = []
    for _, captures in tree_sitter.QueryCursor(query).matches(root):
        name = (captures["name"][0].text or b"").decode("utf-8", "replace")
        found.append((captures["definition"][0], name, is_function))
    return found
