"""Feed sources 数据来源: what the systems of others send, read by their forms, taken in once, and never lost."""
