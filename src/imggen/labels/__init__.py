"""What containers say of the images that they hold."""
