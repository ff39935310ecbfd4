"""进展报送: the one ask a month for a report on a task under way."""
