"""Scenes to the bytes of image files. See `imggen.encode.encoders`."""
