"""The methods without a namespace and those of $/*, one file each."""
