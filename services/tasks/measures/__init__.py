"""Measures taken 督办措施: 催办, 约谈, 书面通报, 挂牌督办; a rule proposes, a named leader decides."""
