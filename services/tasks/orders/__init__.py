"""Orders of the hotline 12345 工单: taken up, dispatched by a directory, returned, answered, visited again; 知识库."""
