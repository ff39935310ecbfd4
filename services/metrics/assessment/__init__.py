"""Assessment 考核: schemes as data, scores that explain themselves, periods that close, and lists drawn from them."""
