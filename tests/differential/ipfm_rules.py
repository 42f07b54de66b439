# SPDX-License-Identifier: Apache-2.0
"""The same LOG rules count the same bytes: ipfm 0.11.5's tables are ours.

Both read the same ipfm.conf with a section for each rule set and dump it once,
at the same second; the files have to be equal to the byte. Every ordered pair
of hosts has sent its own length, so that a sum tells the flows in it.

usage: ipfm_rules.py BINARY [GROUP...]
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent /
                       "support"))
import ipfm_lab  # noqa: E402
import ipfm_rule_sets  # noqa: E402
import results  # noqa: E402

LEAD = 25  # seconds in which all programs start


def section(rules):
    return "".join(rule + "\n" for rule in rules) + "DUMP EVERY {at}\n"


def bench(binary, group):
    text = ipfm_lab.conf((f"{number:03}", section(rules))
                         for number, rules in enumerate(group.rule_sets))
    return ipfm_lab.Bench(binary, text)


def check_flows(check, group, files):
    """What ipfm counts by some rule sets, literally: the lab is right."""
    flows = {length: pair for pair, length in group.lengths.items()}
    for rules, wanted in group.known.items():
        text = files[f"{group.rule_sets.index(rules):03}"]
        got = {group.names[host]: tuple(
            " ".join(sorted("{}>{}".format(*flows[length])
                            for length in ipfm_rule_sets.parts(flows, total)))
            for total in columns)
               for host, columns in ipfm_lab.rows(text).items()}
        check.equal(f"{group.name}: ipfm counts by {rules}", got, wanted)


def check_group(check, group, trial):
    names = [f"{number:03}" for number, rules in enumerate(group.rule_sets)
             if any(rules)]
    trial.wait_for_files(names)
    old = trial.old.files()
    before = check.failed
    check.equal(f"{group.name}: ipfm's files", sorted(old), names)
    check_flows(check, group, old)
    ours = trial.ours.files()
    for number, rules in enumerate(group.rule_sets):
        name = f"{number:03}"
        what = f"{group.name} {name}: {' ; '.join(rules)}"
        wanted, got = (ipfm_lab.without_ticks(files.get(name, ""))
                       for files in (old, ours))
        if not check.check(what, got == wanted):
            ipfm_lab.show_difference(wanted, got)
    check.equal(f"{group.name}: exit statuses", trial.stop(), (0, 0))
    if check.failed > before:
        print(f"--- {group.name}: our log\n{trial.ours.log[-3000:]}")


def check_whole(check, group, trial):
    """A file as it stands: dumped at the end, where names differ (FD17)."""
    check.equal(f"{group.name}: exit statuses", trial.stop(), (0, 0))
    # Each section has a name of its own.
    old, ours = (sorted(map(ipfm_lab.rows, place.files().values()),
                        key=repr) for place in (trial.old, trial.ours))
    check.equal(f"{group.name}: sections", len(old), group.sections)
    check.check(f"{group.name}: counted", any(old))
    check.equal(f"{group.name}: tables", ours, old)


def main(check):
    binary = pathlib.Path(sys.argv[1]).resolve()
    named = sys.argv[2:]
    groups = [g for g in ipfm_rule_sets.groups()
              if not named or g.name in named]
    trials, _ = ipfm_lab.play_once(
        lambda: [ipfm_lab.Bench(binary, group.whole) if group.whole
                 else bench(binary, group) for group in groups],
        [group.frames() for group in groups], LEAD)
    try:
        for group, trial in zip(groups, trials):
            (check_whole if group.whole else check_group)(check, group, trial)
    finally:
        for trial in trials:
            trial.close()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results.run(main)
