"""Files that are broken by chance: whatever is sent, a reader gives rows or a finding in words."""
