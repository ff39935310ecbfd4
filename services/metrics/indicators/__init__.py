"""Indicators 指标: targets of plans, the frame 18+5 and stage goals: measured, or reported by those who own them."""
