"""`python -m agentxd.plugins.providers.worker`: talks to models until its input ends."""

from agentxd.plugins.providers.worker.serving import main

if __name__ == "__main__":
    main()
