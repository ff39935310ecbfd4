"""The audit: who did or was refused what, chained by hashes and only ever added to."""
