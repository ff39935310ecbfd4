"""The metrics service owns facts of every feed and the indicators that are counted from them; publishes assessment."""
