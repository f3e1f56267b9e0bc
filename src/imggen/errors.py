"""Errors that a user can cause, each a sentence: field, value, what was expected, what to do."""


class ImggenError(Exception):
    """The base of all errors that are reported as one sentence, without a traceback.

    Attributes
    ----------
    exit_code
        The exit code of a command that ends with it.

    Examples
    --------
    >>> issubclass(imggen.errors.RunError, imggen.errors.ImggenError)
    True
    """

    exit_code = 1


class InputError(ImggenError):
    """An input (option, configuration, asset, output folder) cannot be used.

    Examples
    --------
    >>> try:
    ...     imggen.Dataset("assets", split="train")
    ... except imggen.errors.InputError as error:
    ...     print(error)
    split is "train", but the configuration has no [[split]].
    """

    exit_code = 2


class ConfigError(InputError):
    """The configuration file is missing, broken or inconsistent.

    Examples
    --------
    >>> imggen.load("assets", {"dataset.cuont": 5})
    Traceback (most recent call last):
    imggen.errors.ConfigError: dataset.cuont is not a known key; did you mean "count"?
    """


class AssetError(InputError):
    """An asset file or folder cannot be used.

    Examples
    --------
    >>> imggen.Dataset({"layer": [{"name": "bird", "folder": "birds"}]})
    Traceback (most recent call last):
    imggen.errors.AssetError: layer.bird.folder is "birds", which is no folder; expected one
    with images.
    """


class PlanError(InputError):
    """The configuration is valid but no plan can satisfy it.

    Examples
    --------
    >>> imggen.plan("assets", {"dataset.unique": True, "dataset.count": 1000})
    Traceback (most recent call last):
    imggen.errors.PlanError: dataset.count is 1,000 and dataset.unique is true, but the layers give
    only 220 different combinations; lower the count or add variants.
    """


class OutputError(InputError):
    """The output folder cannot be used as asked.

    Examples
    --------
    >>> imggen.generate("assets", ".")
    Traceback (most recent call last):
    imggen.errors.OutputError: . holds files that are no imggen run, so it cannot be used; choose
    another out.
    """


class InstallError(InputError):
    """A package that imggen needs is missing or broken."""


class RunError(ImggenError):
    """The run stopped before it was complete; finished chunks are kept."""


class ExplainedError(RunError):
    """The run stopped for a reason that its sentence explains, so no traceback is kept."""
