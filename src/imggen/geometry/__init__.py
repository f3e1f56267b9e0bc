"""Where the things of an image are: boxes, masks, and masks as runs, polygons and images."""
