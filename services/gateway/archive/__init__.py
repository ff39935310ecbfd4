"""The archive of every event of every stream: positions, the hash chain, export, verification and live reading."""
