"""The commands: each parses its arguments, calls the package, prints and returns an exit code."""
