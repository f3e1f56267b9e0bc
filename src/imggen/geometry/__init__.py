"""The geometry of instances: boxes, masks, and masks as runs, polygons and images."""
