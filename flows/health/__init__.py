"""Whether a lake is sound and as usual: contracts, keys across datasets, coverage, drift."""
