"""What a sent record means: forms as data, reading, and what a step of a service changes. Pure decisions, no I/O."""
