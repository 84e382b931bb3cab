"""Pure computation: arrays in, frozen results out. No Django, no I/O, no global state."""
