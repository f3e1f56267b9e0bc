"""Encode scenes as image files: see `imggen.encode.encoders`."""
