# SPDX-License-Identifier: Apache-2.0
"""Counts checks and ends a test script with `N passed, N failed`."""
import sys
import traceback


class Results:
    def __init__(self, word="FAILED"):
        self.passed = 0
        self.failed = 0
        self._word = word

    def check(self, name, good, why=""):
        """Notes one check; returns whether it was good."""
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{self._word}: {name}" + (f": {why}" if why else ""))
        return bool(good)

    def equal(self, name, got, wanted):
        return self.check(name, got == wanted,
                          f"got {got!r}, wanted {wanted!r}")

    def same(self, name, lines):
        """`lines` describe differences; there are to be none."""
        shown = "".join("\n    " + line for line in lines[:20])
        return self.check(name, not lines, f"{len(lines)} differ{shown}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


def run(main):
    """Calls main(results) and exits; an exception is a failed check."""
    results = Results()
    try:
        main(results)
    except Exception:  # whatever it was, the summary is printed
        traceback.print_exc()
        results.failed += 1
    results.finish()


def run_each(scenarios):
    """Calls every scenario(results) and exits; one that throws has failed and
    the next is called."""
    results = Results()
    for scenario in scenarios:
        try:
            scenario(results)
        except Exception:
            traceback.print_exc()
            results.check(scenario.__name__, False, "exception")
    results.finish()
