"""The exit codes of the commands, for their help and for the reference."""

from __future__ import annotations

# Of each command: what 0 and 1 mean. Any may end with 1 after an unexpected error, too.
MEANINGS = {
    "try": ("the images are there", "it had to stop"),
    "init": ("the configuration is written", "it had to stop"),
    "schema": ("the schema is printed", "it had to stop"),
    "check": ("nothing is wrong", "something is"),
    "preview": ("the picture is written", "it had to stop"),
    "show": ("the image is written", "it had to stop"),
    "bulk": ("all that was asked for is there", "it had to stop, and --resume goes on"),
    "status": ("the dataset is complete", "it is not"),
    "merge": ("the dataset is complete", "images are missing: it says of which partitions"),
    "label": ("the labels are there", "it had to stop, and the same command goes on"),
    "report": ("the report is written", "it had to stop"),
    "verify": ("everything is right", "a file is missing, damaged, swapped or extra"),
    "diff": ("nothing differs", "something does"),
}
REFUSED = "an option, the configuration, art or a folder cannot be used"
STOPPED = "stopped by SIGHUP, Ctrl-C or SIGTERM"
STOP_CODES = "129, 130, 143"


def exit_codes_of(command: str) -> dict[str, str]:
    """Return the meaning of each exit code of `command`."""
    done, failed = MEANINGS[command]
    return {"0": done, "1": failed, "2": REFUSED, STOP_CODES: STOPPED}


def say_exit_codes(command: str) -> str:
    """Return a paragraph on the exit codes of `command`, for the end of its help."""
    codes = (f"{code}: {meaning}" for code, meaning in exit_codes_of(command).items())
    return f"[bold]Exit codes[/]\n\n{'; '.join(codes)}."
