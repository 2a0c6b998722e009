"""The methods of textDocument/*, one file each."""
