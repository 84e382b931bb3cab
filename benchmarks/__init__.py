"""Measurements with a baseline beside each figure: `make bench`, or `python -m benchmarks NAME ...` for some."""
