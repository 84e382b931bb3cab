"""Ratusz: measure, rank, convene, commit. One edition of Cities of the Future at a time."""

__version__ = "0.1.0"
