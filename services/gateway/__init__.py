"""The gateway service owns accounts, keys, the intake of ratings and the event archive; the only one published."""
