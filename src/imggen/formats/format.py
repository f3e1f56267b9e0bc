"""The interface of all label formats, with defaults that suit most of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:  # workers make no merged files
    from imggen.config import Config
    from imggen.formats.details import Details
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results
    from imggen.geometry.instances import Instance

DEFAULT_SPLIT = "train"  # what readers call images that are in none


class Format:
    """A label format; an instance of it labels the images of the dataset that `info` describes.

    Attributes
    ----------
    name : its name in `labels.formats`
    owned_names : the files and folders that it writes directly in the dataset's folder
    links : symbolic links beside loose images, directly in the dataset's folder: name and target
    kind : "boxes", "masks", "mask folders", "metadata", "class folders" or "tokens", by which a
        container says what to do instead of a format that has no place with it; "" if it has with
        all containers
    needs_boxes : True if labels tell where sprites are, False if only what is shown
    keeps_instances : True if `merge` needs the records of all instances
    needs_masks : True if labels tell which pixels show a sprite
    extensions : the extension of each file beside an image, without a leading dot; no other format
        has the same
    sample_type : the type of these files in a sample of a shard, as `datasets` calls it
    in_samples : False if a sample of a shard has the same content without these files
    has_fragments : True if each image adds a fragment to a file that is put together at the end
    segments : True if a sample of a shard then has the segmentation of each object, too
    details : what `label_details` needs besides instances: names as in formats/details.py
    """

    name: ClassVar[str]
    owned_names: ClassVar[tuple[str, ...]]
    links: ClassVar[Mapping[str, str]] = {}
    kind: ClassVar[str] = ""
    needs_boxes: ClassVar[bool] = False
    keeps_instances: ClassVar[bool] = False
    needs_masks: ClassVar[bool] = False
    extensions: ClassVar[tuple[str, ...]] = ()
    sample_type: ClassVar[str] = "string"
    in_samples: ClassVar[bool] = True
    has_fragments: ClassVar[bool] = False
    segments: ClassVar[bool] = False
    details: frozenset[str] = frozenset()

    def __init__(self, info: DatasetInfo) -> None:
        self.info = info

    # What must hold before a run starts.

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse settings with which the format cannot be written, or would be misread.

        Raises
        ------
        ConfigError
            With one sentence on the first thing that is wrong.
        """

    @classmethod
    def refuse_variant(cls, config: Config, layer: str, variant: str) -> str:
        """Return why the format cannot name `variant` of `layer`, "which ..."; "" if it can."""
        del config, layer, variant
        return ""

    @classmethod
    def check_names(cls, info: DatasetInfo, image_name: str) -> None:
        """Refuse names of images, splits and classes that readers of the format would misread.

        `image_name` is the template of names, with the folders of splits.

        Raises
        ------
        PlanError
            With one sentence on the first thing that is wrong.
        """

    # What a worker makes of each image.

    def label_scene(self, instances: Sequence[Instance]) -> Any:
        """Return what all images of a scene have in common, for `contents` and `fragment`.

        `instances` are those that are seen well enough to be labelled, from back to front.
        """
        del instances

    def label_details(self, instances: Sequence[Instance], details: Details) -> Any:
        """Return the same, of a format that needs `details` of `instances`."""
        del details
        return self.label_scene(instances)

    def paths(self, image: ImageInfo) -> Sequence[str]:
        """Return the path of each file beside an image, below the dataset's folder.

        It needs no instances.
        """
        del image
        return ()

    def contents(self, image: ImageInfo, scene: Any) -> Sequence[bytes | None]:
        """Return the content of each file beside an image; None for a link to the image.

        `scene` is what `label_scene` returned.
        """
        del image, scene
        return ()

    def fragment(self, image: ImageInfo, scene: Any) -> bytes:
        """Return what an image adds to the merged file; `scene` is what `label_scene` returned."""
        raise NotImplementedError

    # What is written once, when all images are done.

    def merge(self, results: Results) -> list[Path]:
        """Write the files that describe all images; return their paths."""
        del results
        return []
