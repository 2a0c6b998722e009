"""The methods of agentx/*, one file each."""
