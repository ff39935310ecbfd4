"""The intake of 好差评 ratings: their codes, what makes two the same, and the group commit."""
