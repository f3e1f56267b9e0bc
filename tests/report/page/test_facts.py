"""The image files of a dataset are found one after the other, as the report counts them."""

from imggen.report.page.facts import image_names


def test_names_of_images_at_any_depth(tmp_path):
    expected = {"a.png", "train/b.png", "train/cat/c.png"}
    for name in (*expected, "train/cat/c.txt", "d.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "linked").symlink_to(tmp_path / "train")
    assert set(image_names(tmp_path, ".png")) == expected


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert list(image_names(tmp_path / "gone", ".png")) == []


def test_a_large_folder_is_not_listed_at_once(tmp_path, monkeypatch):
    """As `os.listdir` and `os.walk` do."""
    for index in range(3):
        (tmp_path / f"{index}.png").touch()
    monkeypatch.setattr("os.walk", None)
    monkeypatch.setattr("os.listdir", None)
    names = image_names(tmp_path, ".png")
    next(names)
    assert len(list(names)) == 2
