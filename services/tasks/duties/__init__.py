"""Recurring duties 例行事项: adopted from the cadences of plans or by hand, registered as tasks period by period."""
