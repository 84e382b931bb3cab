"""Recomputes a ranking from data.csv, method.toml and variants.csv: NumPy alone, none of the engine's code.

`python verify.py [bundle.zip]` prints "reproduced" (status 0) or what differs (status 1); default: the files beside it.
Arrays are indicators by units, NaN where missing.
"""

# fmt: off
# ruff: noqa: B905, E401, E731, I001, PLW0108, SIM300
import csv, hashlib, io, json, math, re, sys, tomllib, zipfile
from pathlib import Path
import numpy as np

SCALES = {  # x: known values of one indicator, more is better; h: the method's keys; e: two ends, or the aim
    "min-max": lambda x, h, e: h["lower"] + (h["upper"] - h["lower"]) * (x - e[0]) / (e[1] - e[0]),
    "goalposts": lambda x, h, e: SCALES["min-max"](x if h.get("beyond") else np.clip(x, *e), h, e),
    "z-score": lambda x, h, e: h["mean"] + h["sd"] * (x - x.mean()) / x.std(ddof=1),
    "rank": lambda x, h, e: np.searchsorted(np.sort(x), x) + 1,
    "borda": lambda x, h, e: np.searchsorted(np.sort(x), x),
    "prank": lambda x, h, e: np.searchsorted(np.sort(x), x) / (x.size - 1),
    "scaled": lambda x, h, e: (x - h.get("subtract", 0)) / h.get("divide", 1),
    "distance to maximum": lambda x, h, e: (x - e[0]) / (e[1] - e[0]),
    "fraction of maximum": lambda x, h, e: x / e[1],
    "distance to reference": lambda x, h, e: np.minimum((x - x.min()) / (e - x.min()), 1 if h.get("cap") else np.inf),
    "distance to target": lambda x, h, e: SCALES["distance to reference"](x, h, e),
}


def mean(x, w):
    return w @ np.where(np.isnan(x), 0, x) / (w @ ~np.isnan(x))
def combine(x, w, kind, power):  # children by units and their weights
    # only copeland
    if kind == "copeland":
        gap, near = x[:, :, None] - x[:, None], 1e-11 * np.fmax.reduce(abs(x), axis=1)[:, None, None]
        lead = np.tensordot(w, np.where(abs(gap) > near, np.sign(gap), 0), 1)
        lead[abs(lead) <= 2e-12 * np.tensordot(w, ~np.isnan(gap), 1)] = 0
        return np.where(np.isnan(x).all(axis=0), np.nan, np.sign(lead).sum(axis=1))
    # end
    # only mazziotta-pareto, adjusted mazziotta-pareto
    if kind.endswith("mazziotta-pareto"):
        m, k = mean(x, w), (~np.isnan(x)).sum(axis=0)
        return m - mean((x - m) ** 2, w) * (1 if kind.startswith("adj") else k / np.maximum(k - 1, 1)) / m
    # end
    p = {"arithmetic": 1, "geometric": 0, "harmonic": -1}.get(kind, power)
    top = 1 if p == 1 else np.fmax.reduce(x)
    return top * (mean((x / top) ** p, w) ** (1 / p) if p else np.exp(mean(np.log(x / top), w)))

def impute(x, how, labels):
    filled, there = x.copy(), ~np.isnan(x)
    # only em
    if how["method"] == "em":
        return em(x, there)
    # end
    # only mean, median, group mean, group median, nearest
    for j, i in np.argwhere(~there) if how["method"] != "none" else ():
        peers = there[j] & (labels == labels[i])
        # only nearest
        if how["method"] == "nearest":
            z = [x[c] / s for c in np.flatnonzero(there[:, i]) if (s := x[c, there[c]].std()) > 0]
            away = np.sqrt(mean(np.reshape([(c - c[i]) ** 2 for c in z], (-1, x.shape[1])), np.ones(len(z))))
            near = np.sort(away[peers & ~np.isnan(away)])[: how["neighbours"]]
            peers = peers & (away <= near.max(initial=-1) + 1e-9)
        # end
        if peers.any():
            filled[j, i] = (np.median if "median" in how["method"] else np.mean)(x[j, peers])
    # end
    return filled
# only em
def em(x, there):  # gaps as the normal distribution of greatest likelihood expects them
    centre, spread = np.array([(c[k].mean(), c[k].std() or 1) for c, k in zip(x, there)]).T[:, :, None]
    z, middle, cov = np.where(there, (x - centre) / spread, 0), 0 * centre, np.eye(len(x))
    for step in range(10_000):
        before, rest = z.copy(), 0 * cov
        for known in np.unique(there.T, axis=0):
            rows, gap = (there.T == known).all(axis=1), ~known
            slope = np.linalg.lstsq(cov[np.ix_(known, known)], cov[np.ix_(known, gap)], rcond=1e-10)[0]
            z[np.ix_(gap, rows)] = middle[gap] + slope.T @ (z[np.ix_(known, rows)] - middle[known])
            rest[np.ix_(gap, gap)] += rows.mean() * (cov[np.ix_(gap, gap)] - cov[np.ix_(gap, known)] @ slope)
        middle, cov = z.mean(axis=1)[:, None], np.cov(z, bias=True).reshape(cov.shape) + rest
        if step and abs(z - before).max() < 1e-10:
            return np.where(there, x, centre + spread * z)
    raise ValueError("the imputation does not converge")
# end
def treat(x, how):
    # only winsorise, box-cox
    def skewness(x):
        n, (m2, m3, m4) = x.size, (np.mean((x - x.mean()) ** k) for k in (2, 3, 4))
        if n < 4 or not m2 > 0 or how["method"] == "none":
            return 0, False
        g1, g2 = m3 / m2**1.5 * math.sqrt(n * (n - 1)) / (n - 2), ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1)
        return g1, abs(g1) >= how["skewness"] and g2 / (n - 2) / (n - 3) >= how["kurtosis"]
    y, lifted = x, x - x.min() + 0.01 * np.ptp(x)
    # end
    # only winsorise
    steps = how["winmax"] if how["method"] == "winsorise" else 0
    while steps and skewness(y)[1] and (ends := np.unique(y)).size > 2:
        y, steps = np.minimum(y, ends[-2]) if skewness(y)[0] >= 0 else np.maximum(y, ends[1]), steps - 1
    if how["method"] == "winsorise":
        return np.log(lifted) if skewness(y)[1] else y
    # end
    # only box-cox
    if skewness(x)[1]:
        x, bend = x if x.min() > 0 else lifted, lambda x, k: (x ** (k / 100) - 1) / (k / 100) if k else np.log(x)
        return bend(x, min(range(-200, 201), key=lambda k: np.var(bend(x / np.exp(np.log(x).mean()), k))))
    # end
    return x
def places(scores, near):  # 1 = best; what is closer than `near` shares the best place
    order = np.argsort(-scores)
    falls = np.append(True, -np.diff(scores[order]) > near)
    return np.maximum.accumulate(np.where(falls, np.arange(1, scores.size + 1), 1))[np.argsort(order)]
def spread(every, members):  # rank by the method, then median, quantiles and share of first places in the variants
    ranks = np.array([places(index[members], 1e-11 * abs(index).max()) for index in every])
    found = np.full((4, ranks.shape[1]), np.nan) if len(every) == 1 else [
        *np.quantile(ranks[1:], [0.5, 0.05, 0.95], axis=0), (ranks[1:] == 1).mean(axis=0)]
    return dict(zip(np.flatnonzero(members), zip(ranks[0], *found)))

def recompute(files, tick):
    read = lambda name: [*csv.DictReader(io.StringIO(files[name].decode()))]
    rows, m = read("data.csv"), tomllib.loads(files["method.toml"].decode())
    names, own, rule, u = [next(iter(row.values())) for row in rows], m["indicator"], m["screening"], m["uncertainty"]
    parent, p, late = {a["code"]: a.get("parent") for a in m["aggregate"]}, len(own), "after" in rule["counted"]
    depth = lambda code: 1 + depth(parent[code]) if code else 0
    levels = sorted(m["aggregate"], key=lambda a: -depth(a["code"]))
    nodes = {x["code"]: x for x in (*own, *levels)}
    kin = [[k for k, x in enumerate(nodes.values()) if x.get("parent") == a["code"]] for a in levels]
    leaves = lambda k: [k] if k < p else [j for c in kin[k - p] for j in leaves(c)]
    numbers = lambda column: np.array([float(row[column] or "nan") for row in rows])
    bent = lambda i: np.log if "transform" in i else np.array
    def filled(how, keep, key):
        x = np.array([numbers(i["code"]) for i in own])
        # only data_error, error
        if key:
            law, raw = u.get("data_error", {}), np.random.Philox(key=key).random_raw(2 * x.size) >> np.uint64(11)
            a, b = raw.reshape(2, *x.shape) * 2.0**-53
            z = 2 * a - 1 if law.get("shape") == "uniform" else np.sqrt(-2 * np.log1p(-a)) * np.cos(2 * np.pi * b)
            size = [i.get("error", law.get("share", 0) * abs(c)) + 0 * c for i, c in zip(own, x)]
            x += z[:, np.argsort(np.argsort(names))] * size
        # end
        x = np.array([bent(i)(c / numbers(i["denominator"]) if "denominator" in i else c) for i, c in zip(own, x)])
        labels = np.array([row[how["group"]] if "group" in how["method"] else "" for row in rows])
        return impute(x, how, labels)[:, keep] if late else impute(x[:, keep], how, labels[keep])
    def normal(x, treatment, how):
        out, kind = x.copy(), how["method"]
        for c, i in zip(out, own):
            d, known = i["direction"], ~np.isnan(c)
            c[known] = x = d * treat(c[known], treatment)
            ends = x.min(), x.max()
            # only goalposts
            ends = sorted(d * bent(i)(i["goalposts"])) if kind == "goalposts" else ends
            # end
            # only distance to target
            ends = d * bent(i)(i["target"]) if kind == "distance to target" else ends
            # end
            # only distance to reference
            ends = c[units.index(how["reference"])] if kind == "distance to reference" else ends
            # end
            c[known] = SCALES[kind](x, how, ends)
        return out
    def scores(x, w, kind):
        known = list(x)
        for a, children in zip(levels, kin):
            used, below = [c for c in children if w[c] > 0], np.array([known[c] for c in children if w[c] > 0])
            how = a.get("mean", kind), a.get("power", m["aggregation"].get("power"))
            known.append(combine(below, w[used], *how) if used else np.nan * x[0])
        return known[p:]
    there = ~np.isnan(filled(m["imputation"] if late else {"method": "none"}, np.full(len(rows), True), 0))
    keep = there.any(axis=0) & (there.mean(axis=0) >= rule["coverage"] - 1e-9)
    for k in range(p, len(nodes)):
        keep &= there[leaves(k)].mean(axis=0) >= rule["branch_coverage"] - 1e-9
    units, equal = [name for name, kept in zip(names, keep) if kept], m["weights"]["scheme"] == "equal"
    nominal = np.array([1.0 if equal or x is levels[-1] else x.get("weight", 1.0) for x in nodes.values()])
    lists = [u.get(x) or [m[x]] for x in ("imputation", "treatment", "normalisation")]
    lists.append(u["aggregation"] or [m["aggregation"]["mean"]])
    first = normal(filled(m["imputation"], keep, 0), m["treatment"], m["normalisation"])
    table = scores(first, nominal, m["aggregation"]["mean"])
    every, cache, runs = [table[-1]], {}, read("variants.csv")
    for r, run in enumerate(runs, 1):
        i, t, n, a, key = (int(x) for x in [*run.values()][:5])
        if (i, t, n, key) not in cache:
            # only data_error, error
            cache = {} if key else cache
            # end
            cache[i, t, n, key] = normal(filled(lists[0][i], keep, key), lists[1][t], lists[2][n])
        w = np.array([float(run.get("weight of " + code, x)) for code, x in zip(nodes, nominal)])
        if u["weights"]["spread"] and (abs(w / nominal - 1)[w > 0] > u["weights"]["spread"] + 1e-9).any():
            raise ValueError(f"a weight of variant {r} varies by more than the method allows")
        every.append(scores(cache[i, t, n, key], w, lists[3][a])[-1])
        tick(r, len(runs))
    column, head = m.get("data", {}).get("class"), ["rank", "median", "p05", "p95", "p_first"]
    labels = np.array([row[column] if column else "" for row, kept in zip(rows, keep) if kept])
    overall, classes = spread(every, labels == labels), set(labels) if column else ()
    inside = {k: (c, *found) for c in classes for k, found in spread(every, labels == c).items()}
    head = ["unit", *head, *(["class", *("class_" + h for h in head)] if column else [])]
    ranks = [head, *([unit, *overall[k], *inside.get(k, ())] for k, unit in enumerate(units))]
    sheets = {"scores.csv": [["unit", *(a["code"] for a in levels)], *zip(units, *table)], "ranks.csv": ranks}
    for sheet in sheets.values():
        sheet += [[x, *[np.nan] * (len(sheet[0]) - 1)] for x, kept in zip(names, keep) if not kept]
    return sheets

def differences(files, tick=lambda done, total: None):
    manifest = json.loads(files["manifest.json"])
    for name, digest in {**manifest["sha256"], "method.toml": manifest["method_hash"]}.items():
        if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
            yield f"{name} is not the file that the manifest was made for (its SHA-256 differs)"
    try:
        with np.errstate(all="ignore"):
            sheets = recompute(files, tick)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, csv.Error) as error:
        yield f"the ranking cannot be recomputed from its files ({type(error).__name__}: {error})"
        return
    for name, (head, *rows) in sheets.items():
        first, *lines = [*csv.reader(io.StringIO(files[name].decode(errors="replace")))] or [[]]
        found = {line[0]: line for line in lines if len(line) == len(head)}
        if first != head or found.keys() != {row[0] for row in rows} or len(lines) != len(rows):
            yield f"{name}: the columns {first} or the units differ from those recomputed"
            continue
        for unit, column, old, new in ((row[0], *cell) for row in rows for cell in zip(head, found[row[0]], row)):
            if not same(old, new):
                yield f"{name}: {unit}, {column} is {old or 'empty'}, recomputed {'empty' if new != new else new}"
def same(old, new):
    if isinstance(new, str) or new != new:
        return old == (new if new == new else "")
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", old) and abs(float(old) - new) <= 1e-9 * max(1, abs(new))

if __name__ == "__main__":
    content = {path.name: path.read_bytes() for path in Path(__file__).resolve().parent.iterdir() if path.is_file()}
    for bundle in map(zipfile.ZipFile, sys.argv[1:]):
        content = {name: bundle.read(name) for name in bundle.namelist()}
    found = list(differences(content))
    print("\n- ".join(["not reproduced:", *found]) if found else "reproduced")
    sys.exit(bool(found))
