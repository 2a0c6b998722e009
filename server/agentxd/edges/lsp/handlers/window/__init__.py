"""The methods of window/*, one file each."""
