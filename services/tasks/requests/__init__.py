"""企业诉求: the list of what is still open at the end of a two-week cycle 双周动态清零."""
