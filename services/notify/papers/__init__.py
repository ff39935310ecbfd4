"""Papers 公文: made from summaries of the ledger as drafts, released by a person, instructed upon by leaders."""
