"""The kernels' types. Arrays are C-contiguous; `src/imggen/**/*.c` document their contents."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

U1: TypeAlias = npt.NDArray[np.uint8]
U2: TypeAlias = npt.NDArray[np.uint16]
U4: TypeAlias = npt.NDArray[np.uint32]
U8: TypeAlias = npt.NDArray[np.uint64]
I2: TypeAlias = npt.NDArray[np.int16]
I4: TypeAlias = npt.NDArray[np.int32]
I8: TypeAlias = npt.NDArray[np.int64]
F4: TypeAlias = npt.NDArray[np.float32]

class Struct:
    """Arrays and numbers, packed as a C struct; it holds references to the arrays."""

def pack(name: str, /, *members: npt.NDArray[np.generic] | Struct | int) -> Struct:
    """Return the C struct called `name`, filled with `members`."""

def level() -> int:
    """Return the x86-64 level (4, 3 or 1) of the widest build for this CPU; 0 on other CPUs."""

# --- plan -----------------------------------------------------------------------------------------

def mark_covered(
    corners: I8,
    sizes: I8,
    layers: int,
    avoided: I8,
    count: int,
    rows: I8,
    placed: int,
    ends: I8,
    sides: int,
    boxes: I8,
    allowed: I8,
    covered: U1,
    /,
) -> int: ...

# --- assets ---------------------------------------------------------------------------------------

def blur_levels(
    levels: U2, height: int, row: int, step: int, weights: F4, radius: int, line: F4, out: F4, /
) -> int: ...

# --- draw -----------------------------------------------------------------------------------------

def paint_sprites(
    canvas: U1, height: int, width: int, channels: int, sprites: Struct, items: I8, count: int, /
) -> int: ...
def take_picture(
    levels: U2, height: int, width: int, channels: int, exposure: Struct, out: U1, /
) -> int: ...
def add_artefacts(
    pixels: U1,
    height: int,
    width: int,
    channels: int,
    cosines: F4,
    tables: F4,
    planes: F4,
    /,
) -> int: ...
def draw_scenes(
    batch: Struct,
    first: int,
    stop: int,
    backgrounds: U1,
    library: Struct,
    made: Struct,
    arena: Struct,
    index: Struct,
    weights: I2,
    space: Struct,
    canvas: U1,
    height: int,
    width: int,
    channels: int,
    /,
) -> int: ...
def transform_sprites(
    sprites: Struct,
    channels: int,
    orders: I8,
    count: int,
    colours: F4,
    weights: I2,
    space: Struct,
    arena: Struct,
    /,
) -> int: ...

# --- encode/png -----------------------------------------------------------------------------------

def code_band(
    background: Struct,
    number: int,
    sprites: Struct,
    items: I8,
    count: int,
    channels: int,
    thorough: int,
    scratch: Struct,
    sums: I8,
    /,
) -> int: ...
def sum_rows(
    filtered: U1, rows: int, row_bytes: int, channels: int, sums: U2, columns: int, /
) -> int: ...
def code_image(
    background: Struct,
    number: int,
    sprites: Struct,
    items: I8,
    numbers: I8,
    count: int,
    channels: int,
    space: Struct,
    memo: Struct,
    result: I8,
    /,
) -> int: ...
def filter_rows(
    pixels: U1, height: int, row_bytes: int, channels: int, lines: U1, tried: U1, filtered: U1, /
) -> int: ...
def scan_band(
    filtered: U1, rows: int, row_bytes: int, stripe_bytes: int, checksum: I8, runs: I8, /
) -> int: ...
def code_plain(band: Struct, code: Struct, space: Struct, /) -> int: ...
def expect_prices(prices: Struct, /) -> int: ...
def find_matches(
    filtered: U1,
    rows: int,
    row_bytes: int,
    stripe_bytes: int,
    ways: int,
    hash_bits: int,
    lengths: I8,
    prices: Struct,
    space: Struct,
    /,
) -> int: ...
def code_matches(band: Struct, code: Struct, prices: Struct, space: Struct, /) -> int: ...
def choose_code(band: Struct, prior: I8, code: Struct, space: Struct, /) -> int: ...
def code_stripes(
    band: Struct, stripe_bytes: int, code: Struct, stripe_at: U4, stripes: int, out: U8, /
) -> int: ...
def code_columns(
    band: Struct,
    channels: int,
    code: Struct,
    column_at: U4,
    sums: U2,
    columns: int,
    out: U8,
    /,
) -> int: ...
def count_sprites(
    sprites: Struct, channels: int, step: int, counts: I8, space: Struct, /
) -> int: ...

# --- encode/webp ----------------------------------------------------------------------------------

def price_levels(counts: I8, codes: int, prices: U2, /) -> int: ...
def guess_prices(codes: int, prices: U2, /) -> int: ...
def choose_modes(
    pixels: U1,
    height: int,
    width: int,
    channels: int,
    bits: int,
    mask: int,
    step: int,
    prices: U2,
    lines: U4,
    residuals: U4,
    sums: U4,
    modes: U1,
    /,
) -> int: ...
def count_residuals(
    pixels: U1,
    height: int,
    width: int,
    channels: int,
    bits: int,
    step: int,
    seen: U1,
    is_sprite: int,
    modes: U1,
    crosses: U4,
    cross_bits: int,
    lines: U4,
    residuals: U4,
    counts: U2,
    /,
) -> int: ...
def measure_tiles(counts: U2, tiles: int, symbols: int, sizes: I8, /) -> int: ...
def sum_groups(counts: U2, tiles: int, symbols: int, groups: U1, sums: I8, /) -> int: ...
def assign_groups(
    counts: U2, tiles: int, symbols: int, prices: U2, k: int, groups: U1, /
) -> int: ...
def choose_crosses(
    pixels: U1,
    height: int,
    width: int,
    channels: int,
    bits: int,
    modes: U1,
    cross_bits: int,
    prices: U2,
    lines: U4,
    residuals: U4,
    crosses: U4,
    /,
) -> int: ...
def put_head(
    width: int,
    height: int,
    channels: int,
    bits: int,
    crosses: U4,
    cross_bits: int,
    groups: int,
    mode_weights: I8,
    group_weights: I8,
    weights: I8,
    mode_table: U4,
    group_table: U4,
    tables: U4,
    out: U8,
    at: I8,
    /,
) -> int: ...
def code_pixels(
    pixels: U1,
    height: int,
    channels: int,
    made: Struct,
    lines: U4,
    residuals: U4,
    out: U8,
    band_at: I8,
    column_at: U4,
    /,
) -> int: ...
def code_flat(
    canvas: U1, height: int, width: int, channels: int, pixels: U4, tokens: I4, out: U8, /
) -> int: ...
def splice_webp(
    background: Struct,
    number: int,
    sprites: Struct,
    items: I8,
    numbers: I8,
    origins: I8,
    count: int,
    is_changed: int,
    channels: int,
    sprite_tiles: Struct,
    scratch: Struct,
    memo: Struct,
    result: I8,
    /,
) -> int: ...

# --- encode/jpeg ----------------------------------------------------------------------------------

def mark_tiles(
    marks: npt.NDArray[np.bool_],
    columns: int,
    width: int,
    height: int,
    tile_width: int,
    tile_height: int,
    sprites: Struct,
    items: I8,
    count: int,
    /,
) -> int: ...
def draw_stack(
    sheet: U1,
    strip: U1,
    tile_width: int,
    tile_height: int,
    stack: I8,
    slots: int,
    columns: int,
    channels: int,
    background: U1,
    height: int,
    row_bytes: int,
    sprites: Struct,
    items: I8,
    count: int,
    /,
) -> int: ...
def find_cuts(old: I8, new: I8, places: I8, order: I8, count: int, cuts: I8, /) -> int: ...
def splice_jpeg(
    frame: Struct,
    background: Struct,
    sprites: Struct,
    items: I8,
    count: int,
    room: Struct,
    copies_bits: int,
    counts: I8,
    /,
) -> int: ...
def index_jpeg(
    frame: Struct, background: Struct, room: Struct, at: I8, firsts: I2, lasts: I2, /
) -> int: ...

# --- geometry -------------------------------------------------------------------------------------

def trace_sprites(
    sprites: Struct,
    channels: int,
    wanted: I8,
    count: int,
    first_row: int,
    shapes: I8,
    shape: int,
    rows: I4,
    runs: I4,
    most: int,
    n: int,
    /,
) -> int: ...
def trace_items(
    table: I8,
    silhouette_rows: I4,
    silhouette_runs: I4,
    items: I8,
    count: int,
    width: int,
    height: int,
    lines: I4,
    most_in_line: int,
    rows: I4,
    runs: I4,
    most: int,
    seen: I8,
    /,
) -> int: ...
def turn_corners(
    y: int, rows: I4, count: int, ends: I4, points: I4, partners: I4, below: U1, tops: I4, /
) -> int: ...
def trace_outlines(
    points: I4, partners: I4, below: U1, edges: int, traced: I4, starts: I4, holes: U1, /
) -> int: ...
def choose_points(
    points: I4,
    starts: I4,
    polygons: int,
    tolerance: float,
    kept: U1,
    few_starts: I4,
    stack: I4,
    /,
) -> int: ...
def copy_kept(points: I4, count: int, kept: U1, few: I4, /) -> int: ...
def join_outlines(points: I4, starts: I4, polygons: int, polygon: I4, /) -> int: ...
def count_switches(points: I4, count: int, columns: I4, width: int, /) -> int: ...
def fill_counts(
    points: I4,
    count: int,
    width: int,
    height: int,
    columns: I4,
    switches: I8,
    total: int,
    counts: I8,
    /,
) -> int: ...
def code_mask(
    y: int, rows: I4, count: int, ends: I4, width: int, height: int, room: Struct, /
) -> int: ...
def write_string(counts: I8, count: int, text: U1, /) -> int: ...
def count_runs(y: int, rows: I4, count: int, counts: I4, /) -> int: ...
def place_runs(
    y: int, mask_rows: I4, count: int, mask_runs: I4, value: int, rows: I4, runs: I4, /
) -> int: ...
def compare_rows(rows: I4, height: int, runs: I4, width: int, stretches: I8, /) -> int: ...
def put_stretches(stretches: I8, count: int, out: U8, adler: I8, /) -> int: ...
def count_shared(
    y: int,
    rows: I4,
    count: int,
    runs: I4,
    other_y: int,
    other_rows: I4,
    other_count: int,
    other_runs: I4,
    /,
) -> int: ...
def has_pixel(y: int, rows: I4, count: int, runs: I4, column: int, row: int, /) -> int: ...

# --- store ----------------------------------------------------------------------------------------

def crc32c(data: U1, count: int, crc: int, tables: U4, /) -> int:
    """Return the CRC-32C of what `crc` is of, and of `data` behind it."""
