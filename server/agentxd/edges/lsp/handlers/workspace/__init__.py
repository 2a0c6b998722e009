"""The methods of workspace/*, one file each."""
