"""Key projects 重点项目: four batches 四个一批, three nodes, investment with its pace, and quarterly adjustments."""
