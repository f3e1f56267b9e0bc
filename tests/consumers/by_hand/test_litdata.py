"""LitData streams Parquet shards as they are."""

import io

import numpy as np
from PIL import Image


def test_parquet(torchvision, make, dataset, tmp_path):
    import litdata  # once torchvision is loaded

    out = make("--container", "parquet")
    folder = tmp_path / "train"
    folder.mkdir()
    for shard in sorted((out / "data").glob("train-*.parquet")):
        (folder / shard.name).symlink_to(shard)
    litdata.index_parquet_dataset(str(folder))
    loader = litdata.streaming.item_loader.ParquetLoader()
    read = litdata.StreamingDataset(str(folder), item_loader=loader)
    files = sorted((dataset / "images/train").glob("*.png"))
    assert len(read) == len(files)
    for name, sample in zip(files, read, strict=True):
        image = sample["image"] if isinstance(sample, dict) else sample[0]
        with Image.open(io.BytesIO(image["bytes"])) as found, Image.open(name) as expected:
            assert np.array_equal(np.asarray(found), np.asarray(expected))
