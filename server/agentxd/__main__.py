"""`python -m agentxd`: the daemon of one workspace."""

import sys

from agentxd.app.main import main

sys.exit(main())
