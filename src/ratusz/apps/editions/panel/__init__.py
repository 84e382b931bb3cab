"""The organiser's screens of the spine, inside Wagtail's shell: editions, people, organisations, the log."""
