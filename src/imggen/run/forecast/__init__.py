"""The images, time and disk that a run will need, estimated before it starts."""
