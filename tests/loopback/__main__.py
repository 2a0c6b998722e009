"""`python -m loopback <tokens> <tokens per second>`: see `process`."""

import asyncio
import sys

from loopback.process import main

asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
