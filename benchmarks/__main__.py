"""`python -m benchmarks [reading|reception|status|evaluation|startup|all]`: speed, as ratios within one run."""

import sys
import time
from importlib import import_module

from benchmarks.rounds import noise

SUBJECTS = ("reading", "reception", "status", "evaluation", "startup")


def main() -> int:
    """Run what was asked for; return the exit code."""
    wanted = sys.argv[1:] or ["all"]
    unknown = [word for word in wanted if word not in (*SUBJECTS, "all")]
    if unknown:
        print(f"{unknown[0]} is none of: {', '.join(SUBJECTS)}, all", file=sys.stderr)
        return 2
    start = time.perf_counter()
    for subject in SUBJECTS:
        if subject in wanted or "all" in wanted:
            print(noise())
            import_module(f"benchmarks.{subject}").run()
    print(f"{noise()}; {time.perf_counter() - start:.0f} s in all. In brackets: lowest and highest round.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
