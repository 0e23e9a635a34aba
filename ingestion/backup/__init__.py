"""Backups of all that cannot be made again, and the ways back: from a backup, and from the archive alone."""
