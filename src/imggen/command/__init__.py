"""The commands: parse, call, say, exit code."""
