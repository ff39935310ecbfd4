"""Arrears 拖欠中小企业账款: the detail ledger of debts, and the units' totals held against it."""
