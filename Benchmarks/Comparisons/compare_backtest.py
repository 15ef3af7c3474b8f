#!/usr/bin/env python3
"""Times Ballast's rule backtests beside vectorbt and bt, on the same prices in one run, and prints the ratios.

Run from the root of the repository, in a virtual environment:

    python3 -m venv .build/backtesters && .build/backtesters/bin/pip install bt vectorbt
    .build/backtesters/bin/python Benchmarks/Comparisons/compare_backtest.py

Ten assets, 500,000 minute bars of a seeded random walk, equal targets, 10 bps a side, one thread, prices in memory, best of
three. vectorbt runs warm (compiled by a run before, outside the timer), with `call_seq="auto"` and shared cash, on target-weight
orders made outside the timer: daily, monthly and hold; bands would need a callback of one's own. bt's time a bar is measured on the first 2,000 bars
and multiplied up: 500,000 bars of it would take hours. Each final value is compared as well; vectorbt's orders follow another
convention for fees (a purchase that cash does not cover is cut), so it agrees to some 1e-4, bt on its own bars to 1e-9.

`--runner PATH` uses test executable PATH instead of `swift test`.
"""

import argparse
import os
import re
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd

BARS, ASSETS, COST, BT_BARS = 500_000, 10, 0.001, 2_000
RULES = ["hold", "daily", "monthly", "band:20%:target"]
# A policy's bands of 2 points of ten times 10%: decided, planned and settled in exact integers by the cycle that runs live.
POLICY = "policy:20%:target"


def draw(seed=1):
    random = np.random.default_rng(seed)
    moves = 0.001 * random.standard_normal((BARS, ASSETS)) + 0.0007 * random.standard_normal((BARS, 1))
    return 100 * np.exp(np.cumsum(moves, axis=0))


def best_of(count, work):
    times, result = [], None
    for _ in range(count):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def fires(rule, index):
    """The first bar, and the first bar of each period but not the last bar of all."""
    mask = np.zeros(len(index), dtype=bool)
    if rule != "hold":
        period = index.to_period("M" if rule == "monthly" else "D")
        mask[1:] = period[1:] != period[:-1]
        mask[-1] = False
    mask[0] = True
    return mask


def vectorbt_times(frame):
    import vectorbt as vbt

    found = {}
    for rule in ["hold", "daily", "monthly"]:
        size = pd.DataFrame(np.nan, index=frame.index, columns=frame.columns)
        size[fires(rule, frame.index)] = 1 / ASSETS

        def work():
            portfolio = vbt.Portfolio.from_orders(
                frame, size=size, size_type="targetpercent", group_by=True, cash_sharing=True, call_seq="auto",
                fees=COST, init_cash=1e6, freq="1min",
            )
            return float(portfolio.value().iloc[-1])

        work()
        found[rule] = best_of(3, work)
    return found


def bt_times(frame):
    import bt

    short = frame.iloc[:BT_BARS]
    target = {name: 1 / ASSETS for name in frame.columns}
    triggers = {
        "hold": lambda: bt.algos.RunOnce(),
        "daily": lambda: bt.algos.RunDaily(),
        "monthly": lambda: bt.algos.RunMonthly(),
        "band:20%:target": lambda: bt.algos.Or([bt.algos.RunOnce(), bt.algos.RunIfOutOfBounds(0.2)]),
    }
    found = {}
    for rule, trigger in triggers.items():

        def algorithms():
            weights = [bt.algos.SelectAll(), bt.algos.WeighSpecified(**target)]
            # The cheapest order, a trigger first, but RunIfOutOfBounds reads the weights and fires where none are set yet.
            return (weights + [trigger()] if "band" in rule else [trigger()] + weights) + [bt.algos.Rebalance()]

        def work():
            strategy = bt.Strategy(rule, algorithms())
            test = bt.Backtest(
                strategy, short, initial_capital=1e6, integer_positions=False, progress_bar=False,
                commissions=lambda quantity, price: abs(quantity) * price * COST,
            )
            bt.run(test, progress_bar=False)
            return float(test.strategy.values.iloc[-1])

        found[rule] = best_of(2, work)
    return found


def ours(prices, arguments):
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(prices.astype("<f8").tobytes())
        file.flush()
        filters = ["--filter", "RuleComparisonTests"]
        if arguments.runner:
            command = [arguments.runner, "--testing-library", "swift-testing"] + filters
        else:
            command = ["swift", "test", "-c", "release", "-Xswiftc", "-enable-testing"] + filters
        environment = dict(os.environ, BALLAST_COMPARE_PRICES=file.name)
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    pattern = r"comparison/(\S+) (\d+): ([-0-9.e]+) final ([-0-9.e]+)"
    return {rule: (float(seconds), float(final)) for rule, _, seconds, final in re.findall(pattern, output)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runner", help="a test executable that is already built")
    arguments = parser.parse_args()
    prices = draw()
    index = pd.date_range("2020-01-01", periods=BARS, freq="min")
    frame = pd.DataFrame(prices, index=index, columns=[f"A{asset}" for asset in range(ASSETS)])
    whole, short = ours(prices, arguments), ours(prices[:BT_BARS], arguments)
    others = {"vectorbt": (vectorbt_times(frame), whole, 1), "bt": (bt_times(frame), short, BARS / BT_BARS)}
    print(f"{ASSETS} assets, {BARS} bars; seconds, and how many times as fast Ballast is")
    for rule in RULES:
        print(f"  {rule:16} ballast  {whole[rule][0]:10.4f} s")
        for name, (theirs, same, scale) in others.items():
            if rule not in theirs:
                print(f"  {'':16} {name:8} {'-':>10}    not among its own rules")
                continue
            seconds, final = theirs[rule]
            print(
                f"  {'':16} {name:8} {seconds * scale:10.4f} s  {seconds * scale / whole[rule][0]:8.0f}×"
                f"  final value differs by {abs(final / same[rule][1] - 1):.0e}" + ("  (time scaled up)" if scale > 1 else "")
            )
    print(f"  {POLICY:16} ballast  {whole[POLICY][0]:10.4f} s, in exact integers, through the cycle that runs live")
    for name, (theirs, _, scale) in others.items():
        for rule in ["daily"] if name == "vectorbt" else ["band:20%:target"]:
            print(f"  {'':16} {name:8} {theirs[rule][0] * scale:10.4f} s  {theirs[rule][0] * scale / whole[POLICY][0]:8.0f}×  ({rule})")
