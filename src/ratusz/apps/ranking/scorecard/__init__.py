"""The score card of a city: what its page and its document say, built once for both.

standing    its figures and pillars against the class, what is strong and what is weak
rising      what it would take to gain places
peers       cities to learn from, and the wishes to sit beside them
document    the same as an accessible PDF
"""
