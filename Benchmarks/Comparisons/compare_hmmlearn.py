#!/usr/bin/env python3
"""Times Ballast's hidden Markov models beside hmmlearn's compiled `scaling` mode, on the same data in one run.

Run from the root of the repository, in a virtual environment:

    python3 -m venv .build/hmmlearn && .build/hmmlearn/bin/pip install hmmlearn
    .build/hmmlearn/bin/python Benchmarks/Comparisons/compare_hmmlearn.py

Draws 10^6 observations of three regimes, times 20 EM steps over the first 10^5 and Viterbi over all, one thread each, best
of three, and prints seconds and ratios. Memory is not measured. `--package PATH` runs the tests of another
package that has them.
"""

import argparse
import os
import re
import subprocess
import tempfile
import time

import numpy as np
from hmmlearn.hmm import GaussianHMM

START = [0.3, 0.4, 0.3]
MOVES = [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]]
MEANS = [-1.2, -0.6, 0.0]
VARIANCES = [0.3, 0.1, 0.15]


def model(iterations):
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


def best_of_three(work):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def theirs(series):
    column = series[:, None]
    return {
        "fit": best_of_three(lambda: model(20).fit(column[:100_000])),
        "decode": best_of_three(lambda: model(1).decode(column)),
    }


def ours(series, package):
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(series.astype("<f8").tobytes())
        file.flush()
        command = ["swift", "test", "-c", "release", "-Xswiftc", "-enable-testing", "--filter", "ComparisonTests"]
        environment = dict(os.environ, BALLAST_COMPARE=file.name)
        output = subprocess.run(
            command, cwd=package, env=environment, check=True, capture_output=True, text=True
        ).stdout
    return {name: float(value) for name, value in re.findall(r"comparison/(.+): ([-0-9.e]+)", output)}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Times Ballast beside hmmlearn.")
    arguments.add_argument("--package", default=".")
    package = arguments.parse_args().package
    series = draw(1_000_000)
    left, right = ours(series, package), theirs(series)
    print(f"{'':12}{'Ballast':>12}{'hmmlearn':>12}{'ratio':>8}")
    for name in ["fit", "decode"]:
        print(f"{name:12}{left[name]:10.3f} s{right[name]:11.3f} s{right[name] / left[name]:7.1f}×")
