"""What is known of each image."""

from imggen.labels.table import write_table

__all__ = ["write_table"]
