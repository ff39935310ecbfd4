"""Problems 问题清单, 挂图作战: each with owner, measure, date and what it blocks, and struck off one by one."""
