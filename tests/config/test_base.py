"""Models as plain values, for workers."""

import pickle
from types import SimpleNamespace

from imggen.config.labels import Collection, Labels


def test_plain_has_the_same_values_and_nothing_else():
    labels = Labels(
        formats=("coco",), words={"hat": {"cap": "a cap"}}, collection=Collection(symbol="HAT")
    )
    plain = labels.plain()
    assert type(plain) is SimpleNamespace
    assert vars(plain) == {**dict(labels), "collection": plain.collection}
    assert vars(plain.collection) == dict(labels.collection)
    assert b"imggen" not in pickle.dumps(plain)
    assert pickle.loads(pickle.dumps(plain)) == plain
