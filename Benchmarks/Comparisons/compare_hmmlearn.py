#!/usr/bin/env python3
"""Measures Ballast's hidden Markov models beside hmmlearn's compiled `scaling` mode: same data, same model, one run.

Run from the root of the repository, in a virtual environment:

    python3 -m venv .build/hmmlearn && .build/hmmlearn/bin/pip install hmmlearn
    .build/hmmlearn/bin/python Benchmarks/Comparisons/compare_hmmlearn.py

Draws 10^6 observations of three regimes and measures
  fit      20 EM steps over the first 10^5, from one start
  decode   Viterbi over all
  filter   the filter over the first 10^5: ours bar by bar, theirs as one batch (`score`)
  update   the filtered probabilities after one more bar: theirs by `predict_proba` over the last 250 bars, as it has no update

Every task of either side runs in a process of its own. Times are processor time (all threads of it), the median of several
repetitions after one that does not count; memory is the peak of the process, and what the task added to it. The two sides
must agree: log-likelihoods to 1e-8 relative, decoded paths bar by bar; otherwise the script fails.

Our side is the executable `RegimeComparison` of the package Benchmarks, which the script builds first; `--ours COMMAND` names
one that is built already.
"""

import argparse
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

START = [0.3, 0.4, 0.3]
MOVES = [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]]
MEANS = [-1.2, -0.6, 0.0]
VARIANCES = [0.3, 0.1, 0.15]
SHORT = 100_000
WINDOW = 250
BUILD = "swift build -c release --package-path Benchmarks --product RegimeComparison"


def model(iterations):
    from hmmlearn.hmm import GaussianHMM

    hmm = GaussianHMM(
        3, covariance_type="diag", n_iter=iterations, tol=-np.inf, implementation="scaling", init_params=""
    )
    hmm.startprob_ = np.array(START)
    hmm.transmat_ = np.array(MOVES)
    hmm.means_ = np.array(MEANS)[:, None]
    hmm.covars_ = np.array(VARIANCES)[:, None]
    return hmm


def draw(count, seed=1):
    random = np.random.default_rng(seed)
    ladders = np.cumsum(MOVES, axis=1)
    state, states = 0, np.empty(count, dtype=int)
    for bar, unit in enumerate(random.random(count)):
        state = int(np.searchsorted(ladders[state], unit * ladders[state][-1], side="right"))
        states[bar] = state
    return np.array(MEANS)[states] + np.sqrt(np.array(VARIANCES))[states] * random.standard_normal(count)


def digest(path):
    """FNV-1a over the regimes."""
    value = 0xCBF29CE484222325
    for state in path.tolist():
        value = ((value ^ state) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def peak():
    """The most memory that the process has held, in KiB. Not `ru_maxrss`, which a process inherits from what started it."""
    with open("/proc/self/status") as status:
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.MULTILINE)[1])


def theirs(task, path, repetitions):
    """One task of hmmlearn, in the present process; prints what RegimeComparison prints."""
    column = np.fromfile(path, "<f8")[:, None]
    if task != "decode":
        column = column[:SHORT].copy()
    hmm = model(20)
    before = peak()
    for _ in range(repetitions):
        # Not beside the next one: the peak is that of a single path.
        decoded = None
        start = time.process_time()
        if task == "fit":
            hmm = model(20).fit(column)
        elif task == "decode":
            likelihood, decoded = hmm.decode(column)
        elif task == "filter":
            likelihood = hmm.score(column)
        else:
            for bar in range(1000):
                hmm.predict_proba(column[bar : bar + WINDOW])
        print(f"comparison/{task}: {time.process_time() - start}")
    print(f"comparison/growth: {peak() - before}")
    print(f"comparison/peak: {peak()}")
    if task == "fit":
        likelihood = hmm.monitor_.history[-1]
    if task == "decode":
        print(f"comparison/path: {digest(decoded)}")
    if task != "update":
        print(f"comparison/likelihood: {likelihood!r}")


def ours():
    subprocess.run(shlex.split(BUILD), check=True, stdout=sys.stderr)
    folder = subprocess.run(
        shlex.split(BUILD) + ["--show-bin-path"], check=True, capture_output=True, text=True
    ).stdout.strip()
    return [os.path.join(folder, "RegimeComparison")]


def run(command, task):
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.findall(r"^comparison/(\w+): (\S+)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not found:
        sys.exit(f"{shlex.join(command)} failed\n{done.stdout}{done.stderr}")
    result = {name: value for name, value in found if name != task}
    # The first repetition touches memory for the first time.
    result["seconds"] = statistics.median([float(value) for name, value in found if name == task][1:])
    return result


def main():
    arguments = argparse.ArgumentParser(description="Measures Ballast beside hmmlearn.")
    arguments.add_argument("--ours", help="the command that runs our side; built where absent")
    arguments.add_argument("--repetitions", type=int, default=9)
    arguments.add_argument("--theirs", nargs=2, metavar=("TASK", "SERIES"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    repetitions = max(2, options.repetitions)
    if options.theirs:
        theirs(*options.theirs, repetitions)
        return
    ballast = shlex.split(options.ours) if options.ours else ours()
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(draw(1_000_000).astype("<f8").tobytes())
        file.flush()
        left, right = {}, {}
        for task in ["fit", "decode", "filter", "update"]:
            left[task] = run(ballast + [task, file.name, str(repetitions)], task)
            command = [sys.executable, __file__, "--repetitions", str(repetitions), "--theirs", task, file.name]
            right[task] = run(command, task)
    units = {"fit": (1e3, "ms"), "decode": (1e3, "ms"), "filter": (1e9 / SHORT, "ns/bar"), "update": (1e6 / 1000, "µs")}
    print(f"{'time':10}{'Ballast':>16}{'hmmlearn':>16}{'ratio':>9}")
    for task, (scale, unit) in units.items():
        ours, other = left[task]["seconds"], right[task]["seconds"]
        print(f"{task:10}{ours * scale:9.3f} {unit:6}{other * scale:9.3f} {unit:6}{other / ours:8.1f}×")
    print(f"\n{'memory':10}{'Ballast':>16}{'hmmlearn':>16}{'ratio':>9}   added by the task")
    for task in ["fit", "decode"]:
        ours, other = float(left[task]["peak"]), float(right[task]["peak"])
        added = [float(side[task]["growth"]) / 1024 for side in (left, right)]
        print(
            f"{task:10}{ours / 1024:12.1f} MiB{other / 1024:12.1f} MiB{other / ours:8.1f}×"
            f"   {added[0]:.1f} and {added[1]:.1f} MiB"
        )
    for task in ["fit", "decode", "filter"]:
        ours, other = float(left[task]["likelihood"]), float(right[task]["likelihood"])
        if not abs(ours - other) <= 1e-8 * abs(other):
            sys.exit(f"{task}: the log-likelihoods are {ours} and {other}")
    if left["decode"]["path"] != right["decode"]["path"]:
        sys.exit("decode: the paths differ")
    print("\nlog-likelihoods agree to 1e-8, decoded paths bar by bar")


if __name__ == "__main__":
    main()
