"""imggen, measured against its peers: `scripts/benchmark`."""
