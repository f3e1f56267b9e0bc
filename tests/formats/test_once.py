"""What is the same for all images of a scene is made once."""

from types import SimpleNamespace

from imggen.formats.once import OncePerScene
from imggen.formats.picture import Picture


def test_made_once_for_each_list_of_instances():
    made = []

    def make(seen):
        made.append(seen)
        return len(made)

    once = OncePerScene(SimpleNamespace(seen=lambda picture: list(picture.instances)), make)
    first, second = ["a"], ["a"]  # equal, but of two scenes
    got = [
        once.of(Picture(k, "", "", (), it)) for k, it in enumerate([first, first, second, first])
    ]
    assert got == [1, 1, 2, 3]
    assert made == [["a"]] * 3
