"""Runs every module of this folder that has a `main()`, or only those that are named."""

import importlib
import pkgutil
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Runs the benchmarks and returns how many of them failed their target."""
    known = [
        module.name
        for module in pkgutil.iter_modules([str(Path(__file__).parent)])
        if module.name != "__main__"
    ]
    if unknown := set(names) - set(known):
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    failed = 0
    for name in names or known:
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "main"):
            print(f"\n== {name}", flush=True)
            failed += bool(module.main())
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
