"""Series of `beaconhouse detect` on standard input, alerts on standard output, found by Apache Otava with its defaults.

As somebody would use it who keeps hourly medians and p95 (of rates the share of errors): at every fourth hour Otava is given the two weeks
that ended then. A change for the worse that it had not told of before is an alarm. It knows no season, strata or deploys.
"""

import json
import math
import sys

from otava.series import AnalysisOptions, Metric, Series

HISTORY, EVERY, SAME, FRESH = 336, 4, 6, 72


def quantile(cells, q, gamma, lo):
    counts = {}
    for flat in cells:
        for i in range(0, len(flat), 2):
            counts[flat[i]] = counts.get(flat[i], 0) + flat[i + 1]
    wanted, below = sum(counts.values()) * q, 0
    for bin_ in sorted(counts):
        if below + counts[bin_] >= wanted:
            return lo * gamma ** (bin_ + (wanted - below) / counts[bin_])
        below += counts[bin_]
    return None


def known_at(series, now):
    """Values of each metric by hour, by what had arrived at the end of hour `now`; None where there is nothing."""
    hours = range(max(0, now - HISTORY + 1), now + 1)
    if series["kind"] == "rate":
        sums = [[sum(s[f][h] or 0 for s in series["strata"]) for f in ("n", "k")] for h in hours]
        return list(hours), {"errors": [k / n if n else None for n, k in sums]}
    gamma, lo = series["bin"]["gamma"], series["bin"]["lo"]
    late = {}
    for stratum in series["strata"]:
        for hour, lag, cells in stratum.get("late", []):
            if hour + lag <= now:
                late.setdefault(hour, []).append(cells)
    cells = [[s["h"][h] or [] for s in series["strata"]] + late.get(h, []) for h in hours]
    return list(hours), {name: [quantile(c, q, gamma, lo) for c in cells] for name, q in (("p50", 0.5), ("p95", 0.95))}


def alerts_of(series):
    alerts, told = [], []
    for now in range(series["eval_from"] - 1, series["hours"], EVERY):
        hours, metrics = known_at(series, now)
        found = []
        for name, values in metrics.items():
            kept = [(h, v) for h, v in zip(hours, values) if v is not None and math.isfinite(v)]
            if len(kept) < 30:
                continue
            times = [h for h, _ in kept]
            analysed = Series("series", None, times, {name: Metric()}, {name: [v for _, v in kept]}, {}).analyze(AnalysisOptions())
            found += [times[c.index] for c in analysed.change_points[name] if c.forward_change_percent() > 0]
        # What is there at the first look is history.
        for start in sorted(found):
            if any(abs(start - known) <= SAME for known in told):
                continue
            told.append(start)
            # It divides old hours anew again and again; nobody would want to be told of those.
            if now >= series["eval_from"] and now - start <= FRESH:
                alerts.append({"t": now, "start": start, "dim": None, "deploy": None})
    return alerts


for line in sys.stdin:
    if line.strip():
        one = json.loads(line)
        print(json.dumps({"id": one["id"], "alerts": alerts_of(one)}), flush=True)
