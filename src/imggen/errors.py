"""Errors that a user can cause, each a sentence: field, value, what was expected, what to do."""


class ImggenError(Exception):
    """The base of all errors that are reported as one sentence, without a traceback."""

    exit_code = 1


class InputError(ImggenError):
    """An input (option, configuration, asset, output folder) cannot be used."""

    exit_code = 2


class ConfigError(InputError):
    """The configuration file is missing, broken or inconsistent."""


class AssetError(InputError):
    """An asset file or folder cannot be used."""


class PlanError(InputError):
    """The configuration is valid but no plan can satisfy it."""


class OutputError(InputError):
    """The output folder cannot be used as asked."""


class InstallError(InputError):
    """A package that imggen needs is missing or broken."""


class RunError(ImggenError):
    """The run stopped before it was complete; finished chunks are kept."""
