"""imggen: labelled image datasets from layered trait art, as fast as the machine can write them."""

__version__ = "0.1.0"
