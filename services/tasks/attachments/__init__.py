"""Attachments 附件: the files that are evidence of a task, what may be one, and where their contents lie."""
