"""The tasks service owns units, plans, tasks of every kind, their clocks and the calendar; publishes supervision."""
