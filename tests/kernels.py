"""Inner loops as tests call them: the kernels that nothing else calls from Python."""

import numpy as np

from imggen import kernels
from imggen.draw.sprites import pack_sprites

copy_bits, end_piece = kernels.copy_bits, kernels.end_piece
find_runs, find_all_runs, filter_row = kernels.find_runs, kernels.find_all_runs, kernels.filter_row
put_literals, put_coded, distance_symbol = (
    kernels.put_literals,
    kernels.put_coded,
    kernels.distance_symbol,
)
length_symbol = kernels.length_symbol


def get_bits(source, position):
    return kernels.get_bits(source, position) & (2**64 - 1)


def put_bits(out, position, value, count):
    return kernels.put_bits(out, position, int(value), count)


def sums_of(data, count):
    """Both sums of bytes."""
    sums = np.zeros(2, np.int64)
    kernels.sum_bytes(data, count, sums)
    return tuple(sums.tolist())


def sums_by_runs(data, count, runs, n):
    sums = np.zeros(2, np.int64)
    kernels.sum_runs(data, count, runs, n, sums)
    return tuple(sums.tolist())


def sum_of_sizes(data):
    return kernels.sum_of_sizes(data, len(data))


def sort_symbols(weights, keys):
    return kernels.sort_symbols(weights, len(weights), keys)


def code_lengths(weights, longest):
    lengths = np.full(len(weights), 99, np.int64)
    kernels.code_lengths(weights, len(weights), longest, lengths)
    return lengths


def make_table(lengths, table):
    kernels.make_table(lengths, len(lengths), table)


def put_header(lengths, distances, out, position):
    return kernels.put_header(lengths, distances, len(distances), out, position)


def put_entry(entry, out, position):
    return kernels.put_entry(int(entry), out, position)


def add_runs(distance, table):
    kernels.add_runs(int(distance), table)


def find_spans(sprites, items, row, width, spans):
    return kernels.find_spans(sprites.struct, items, len(items), row, width, spans)


def find_matches(data, rows, row_bytes, search, lengths, prices, scratch):
    where = data, rows, row_bytes, *search
    return kernels.find_matches(*where, lengths, prices.struct, scratch.struct)


def find_flat_matches(data, rows, row_bytes, channels, plain, scratch):
    return kernels.find_flat_matches(data, rows, row_bytes, channels, plain, scratch.struct)


def find_band(memo, background, band, start, stop, table, items, key):
    """Look a band up; of sprites, only the table counts, and their numbers are their rows."""
    none = np.zeros(0, np.uint8), np.zeros(0, np.uint8), np.zeros(0, np.int64)
    sprites = pack_sprites(table, *none, np.zeros((0, 3), np.int32))
    where = background, band, start, stop
    numbers = items[:, 0].copy()
    return kernels.find_band(memo.struct, *where, sprites.struct, items, numbers, len(items), key)
