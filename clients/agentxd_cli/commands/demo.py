"""demo: the main job on a bundled sample."""

import argparse
import sys

from agentxd_cli.demo.runner import Demo, DemoError
from agentxd_cli.exit_codes import Exit
from agentxd_cli.terminal import is_coloured


def demo(options: argparse.Namespace) -> int:
    """Play it; the exit code is 0 only where every step did what it says."""
    try:
        return Demo(is_coloured=is_coloured(), is_kept=options.keep).play()
    except DemoError as error:
        print(f"agentxd: the demo failed: {error}", file=sys.stderr)
        return Exit.FAILED
