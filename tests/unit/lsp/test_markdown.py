"""Documentation is shown as Markdown: code as it is, HTML never alive."""

import pytest
from agentxd.edges.lsp.markdown import harmless

CASES = [
    ("a <b> c", "a &lt;b> c"),
    ("takes `Vec<T>` and <b>", "takes `Vec<T>` and &lt;b>"),
    ("`a<b>` <i> ``c ` d<e>``", "`a&lt;b>` &lt;i> ``c ` d&lt;e>``"),
    ("``c<d>`` <e>", "``c<d>`` &lt;e>"),
    ("a ` b\n`<script>`", "a ` b\n`&lt;script>`"),
    ("a ` b\n\n`x<y>`", "a ` b\n\n`x<y>`"),
    ("\\`<script>\\`", "\\`&lt;script>\\`"),
    ("```rust\nlet a: Vec<T>;\n```\n<b>", "```rust\nlet a: Vec<T>;\n```\n&lt;b>"),
    ("~~~\n`\n<a>\n~~~", "~~~\n`\n<a>\n~~~"),
    ("```\ncut <off>…", "```\ncut <off>…\n```"),
    ("    ```\n<b>", "    ```\n&lt;b>"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_only_what_is_surely_code_stays_as_it_is(text, wanted):
    assert harmless(text) == wanted
