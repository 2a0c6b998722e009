"""Examples of the rule api-broken."""

from agentxd.kernel.review import Example

BAD = (
    Example(
        "app/tools.py",
        "def mend(a):\n    return a\n",
        "def repair(a):\n    return a\n",
        others=(
            ("app/main.py", "from app.tools import repair\n\nrepair(1)\n"),
            ("app/__init__.py", ""),
        ),
    ),
    Example(
        "app/tools.py",
        "def repair(a, how):\n    return a\n",
        "def repair(a):\n    return a\n",
        others=(("app/main.py", "from .tools import repair\n\n\ndef f():\n    repair(1)\n"),),
    ),
    Example(
        "app/tools.py",
        "def g():\n    return repair(1)\n",
        "def repair(a):\n    return a\n\n\ndef g():\n    return repair(1)\n",
    ),
    Example(
        "app/shop.py",
        "class Shop:\n    def sell(self):\n        return self.price_of(1)\n",
        "class Shop:\n    def price_of(self, a):\n        return a\n\n"
        "    def sell(self):\n        return self.price_of(1)\n",
    ),
    Example(
        "src/tools.ts",
        "export function mend(a: number): number {\n  return a\n}\n",
        "export function repair(a: number): number {\n  return a\n}\n",
        others=(("src/main.ts", "import { repair } from './tools'\n\nrepair(1)\n"),),
    ),
    Example(
        "src/tools.ts",
        "export const repair = (a: number, how: string) => a\n",
        "export const repair = (a: number) => a\n",
        others=(("src/main.ts", "import { repair } from './tools'\n\nrepair(1)\n"),),
    ),
    Example(
        "lib/tools.js",
        "function mend(a) {\n  return a\n}\nmodule.exports = { mend }\n",
        "function repair(a) {\n  return a\n}\nmodule.exports = { repair }\n",
        others=(("lib/main.js", "const { repair } = require('./tools')\n\nrepair(1)\n"),),
    ),
    Example(
        "tools/tools.go",
        "package tools\n\nfunc Mend(a int) int {\n\treturn a\n}\n",
        "package tools\n\nfunc Repair(a int) int {\n\treturn a\n}\n",
        others=(
            (
                "main.go",
                'package main\n\nimport "a.org/tools"\n\nfunc main() {\n\ttools.Repair(1)\n}\n',
            ),
        ),
    ),
    Example(
        "tools/tools.go",
        "package tools\n\nfunc Repair(a int, b int) int {\n\treturn a\n}\n",
        "package tools\n\nfunc Repair(a int) int {\n\treturn a\n}\n",
        others=(("tools/more.go", "package tools\n\nvar more = Repair(1)\n"),),
    ),
    Example(
        "src/tools.rs",
        "pub fn mend(a: u8) -> u8 {\n    a\n}\n",
        "pub fn repair(a: u8) -> u8 {\n    a\n}\n",
        others=(("src/main.rs", "use crate::tools::repair;\n\nfn main() {\n    repair(1);\n}\n"),),
    ),
    Example(
        "src/a/Tools.java",
        "package a;\n\npublic class Tools {\n  public static int mend() {}\n}\n",
        "package a;\n\npublic class Tools {\n  public static int fix() {}\n}\n",
        others=(("src/a/Main.java", "package a;\n\nclass Main {\n  int f = Tools.fix();\n}\n"),),
    ),
    Example(
        "Tools.cs",
        "public static class Tools {\n  public static int Repair(int a, int b) { return a; }\n"
        "  public static int F() {\n    return Tools.Repair(1);\n  }\n}\n",
        "public static class Tools {\n  public static int Repair(int a) { return a; }\n"
        "  public static int F() {\n    return Tools.Repair(1);\n  }\n}\n",
    ),
    Example(
        "lib/shop.rb",
        "class Shop\n  def total\n    self.price_of(1)\n  end\nend\n",
        "class Shop\n  def price_of(a)\n    a\n  end\n\n"
        "  def total\n    self.price_of(1)\n  end\nend\n",
    ),
    Example(
        "src/Shop.php",
        "<?php\nclass Shop {\n  function total() {\n    return $this->priceOf(1);\n  }\n}\n",
        "<?php\nclass Shop {\n  public function priceOf($a) {\n    return $a;\n  }\n"
        "  function total() {\n    return $this->priceOf(1);\n  }\n}\n",
    ),
)
GOOD = (
    Example(
        "app/tools.py",
        "def mend(a):\n    return a\n",
        "def repair(a):\n    return a\n",
        others=(("app/main.py", "from app.tools import mend\n\nmend(1)\n"),),
    ),
    Example(
        "app/tools.py",
        "from app.more import repair\n",
        "def repair(a):\n    return a\n",
        others=(("app/main.py", "from app.tools import repair\n\nrepair(1)\n"),),
    ),
    Example(
        "app/tools.py",
        "def repair(a, how=None, *, b=1) -> int:\n    return a\n",
        "def repair(a):\n    return a\n",
        others=(("app/main.py", "from app.tools import repair\n\nrepair(1)\n"),),
    ),
    Example(
        "app/tools.py",
        "class Shop:\n    pass\n",
        "class Shop:\n    def get(self):\n        return 1\n",
        others=(("app/main.py", "from app.tools import Shop\n\nprint({}.get(1))\n"),),
    ),
    Example(
        "app/tools.py",
        "def _mend(a):\n    return a\n",
        "def _repair(a):\n    return a\n",
        others=(("app/main.py", "from app.other import _repair\n\n_repair(1)\n"),),
    ),
    Example(
        "src/tools.ts",
        "export function repair(a: number, how?: string): number {\n  return a\n}\n",
        "export function repair(a: number): number {\n  return a\n}\n",
        others=(("src/main.ts", "import { repair } from './tools'\n\nrepair(1)\n"),),
    ),
    Example(
        "src/tools.ts",
        "export { repair } from './more'\n",
        "export function repair(a: number): number {\n  return a\n}\n",
        others=(("src/main.ts", "import { repair } from './tools'\n\nrepair(1)\n"),),
    ),
    Example(
        "tools/tools.go",
        "package tools\n",
        "package tools\n\nfunc Repair(a int) int {\n\treturn a\n}\n",
        others=(("tools/more.go", "package tools\n\nfunc Repair(a int) int {\n\treturn 1\n}\n"),),
    ),
)
