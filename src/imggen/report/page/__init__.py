"""The page `report.html`: facts of a dataset, findings in them, and how both are shown."""
