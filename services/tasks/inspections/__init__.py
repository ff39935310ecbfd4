"""Inspections 督查活动: planned, approved within limits, carried out, concluded, answered, and looked back at 回头看.

The three mechanisms of 五清 stand here. 任务交办: each finding becomes a problem that is handed out at once. 联动督办:
other units supervise together with the office (`joint_units`). 效果评估: none is closed without its effect, and a
回头看 judges it again.
"""
