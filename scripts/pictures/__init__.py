"""What the pictures of the documentation show, and how they are laid out."""
