"""What the four services share: events, the bus, databases, clocks, working days, errors; it knows no service."""
