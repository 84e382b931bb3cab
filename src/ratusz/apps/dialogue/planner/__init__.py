"""From the rows of a session to the engine's problem and back, and what the engine says in the reader's words."""

from ratusz.apps.dialogue.planner.input import Input, Seats, Slot, engine_input, read_seats

__all__ = ["Input", "Seats", "Slot", "engine_input", "read_seats"]
