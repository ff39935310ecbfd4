"""The dispatch directory 派单目录: which unit answers for what a feed brings, by item, code and region."""
