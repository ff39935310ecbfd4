"""Lists drawn from final scores (红黑榜, 通报, 奖励), and the performance records 干部实绩档案."""
