"""Schemes of assessment 考核办法: what is scored, how a value becomes points, and who is compared with whom."""
