"""The command line: `ratusz …`."""
