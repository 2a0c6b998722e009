"""`python -m agentxd_cli`: the same as `agentxd`."""

import sys

from agentxd_cli.main import main

sys.exit(main())
