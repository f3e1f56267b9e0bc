"""TIFF files byte by byte, of kinds that Pillow reads but does not write (TIFF 6.0)."""

import struct

SHORT, LONG = 3, 4  # types of values
CODES = {SHORT: "H", LONG: "I"}
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, OFFSETS, SAMPLES, ROWS, COUNTS = (
    256, 257, 258, 259, 262, 273, 277, 278, 279,
)  # fmt: skip
PLANES, SUBSAMPLING, POSITIONING, SAMPLE_FORMAT = 284, 530, 531, 339
ORIENTATION = 274


def write_tiff(path, size, strips, order="<", **tags):
    """Write `strips`, the bytes of all rows or of each plane; `tags` by name, a list of values."""
    width, height = size
    entries = {
        WIDTH: (LONG, [width]), HEIGHT: (LONG, [height]), BITS: (SHORT, [8]),
        COMPRESSION: (SHORT, [1]), PHOTOMETRIC: (SHORT, [1]), OFFSETS: (LONG, [0] * len(strips)),
        SAMPLES: (SHORT, [1]), ROWS: (LONG, [height]), COUNTS: (LONG, [len(s) for s in strips]),
    }  # fmt: skip
    entries |= {globals()[name.upper()]: (SHORT, values) for name, values in tags.items()}
    blobs = bytearray()
    start = 8 + 2 + 12 * len(entries) + 4

    def put(data):
        offset = start + len(blobs)
        blobs.extend(data + b"\0" * (len(data) % 2))
        return offset

    entries[OFFSETS] = (LONG, [put(strip) for strip in strips])
    body = b""
    for number, (kind, values) in sorted(entries.items()):
        data = struct.pack(f"{order}{len(values)}{CODES[kind]}", *values)
        data = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(f"{order}I", put(data))
        body += struct.pack(f"{order}HHI", number, kind, len(values)) + data
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HIH", 42, 8, len(entries))
    path.write_bytes(head + body + struct.pack(f"{order}I", 0) + blobs)
    return path
