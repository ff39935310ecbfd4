"""The notify service owns contacts, rules and notices, each decided once; publishes deadlines."""
