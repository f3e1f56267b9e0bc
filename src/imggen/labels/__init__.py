"""What is known of each image, in the formats that readers of datasets take."""
