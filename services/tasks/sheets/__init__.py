"""Excel: the ledger 督办台账 out to a workbook and in from one, and the form 进展填报表 that a unit fills in."""
