"""Late joiners under fire: everything since the beginning, over webhook, SSE and stream, while all of it dies."""
