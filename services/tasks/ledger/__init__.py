"""The ledger: the life of tasks, who may move them, their clocks and lights; every change is a revision."""
