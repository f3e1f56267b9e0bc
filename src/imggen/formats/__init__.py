"""One format a module, or two: what workers make of each image, and what is merged at the end."""
