"""The day plan as a value: what a version freezes, what stands in its way, and what changed between two."""
