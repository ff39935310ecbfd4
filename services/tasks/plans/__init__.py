"""Plans: from a parsed document to the ledger, with a dry run, a diff and the same ids at every import."""
