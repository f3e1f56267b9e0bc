"""A sheet of images, side by side."""

from PIL import Image, ImageDraw

GAP = 12  # px
CORNER = 10  # px, radius
SMOOTH = 4  # how much larger the corners are drawn before they are scaled down
PAGE = "white"


def draw_sheet(lines: list[list[Image.Image]], cell: tuple[int, int]) -> Image.Image:
    """The images in `lines`, row by row, of that size and with rounded corners."""
    counts = (len(lines[0]), len(lines))
    size = [count * (side + GAP) - GAP for count, side in zip(counts, cell, strict=True)]
    sheet = Image.new("RGB", size, PAGE)
    mask = rounded_mask(cell)
    for row, line in enumerate(lines):
        for column, image in enumerate(line):
            small = image.resize(cell, Image.Resampling.LANCZOS)
            sheet.paste(small, (column * (cell[0] + GAP), row * (cell[1] + GAP)), mask)
    return sheet


def rounded_mask(cell: tuple[int, int]) -> Image.Image:
    """What is seen of a cell."""
    large = Image.new("L", (cell[0] * SMOOTH, cell[1] * SMOOTH))
    box = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, CORNER * SMOOTH, fill=255)
    return large.resize(cell, Image.Resampling.LANCZOS)
