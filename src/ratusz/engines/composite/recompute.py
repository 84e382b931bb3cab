"""Recomputes a ranking from data.csv, method.toml and variants.csv: NumPy alone, none of the engine's code.

`python verify.py [bundle.zip]` prints "reproduced" or what differs. Arrays: indicators by units, gaps NaN.
"""

# `bundle.write_verifier` drops each line whose "only" names nothing of the method, with what is indented below it.
# ruff: noqa: B905, C901, E401, E501, E731, I001, SIM300
# fmt: off
import csv, functools, hashlib, io, json, pathlib, re, sys, tomllib, zipfile
import numpy as np

SCALES = {  # x: known values of an indicator, more is better; h: the method's keys; e: two ends or the aim
    "min-max": lambda x, h, e: h["lower"] + (h["upper"] - h["lower"]) * (x - e[0]) / (e[1] - e[0]),  # only min-max, goalposts
    "goalposts": lambda x, h, e: SCALES["min-max"](x if h.get("beyond") else np.clip(x, *e), h, e),  # only goalposts
    "z-score": lambda x, h, e: h["mean"] + h["sd"] * (x - x.mean()) / x.std(ddof=1),  # only z-score
    "rank": lambda x, h, e: np.searchsorted(np.sort(x), x) + 1,  # only rank
    "borda": lambda x, h, e: np.searchsorted(np.sort(x), x),  # only borda
    "prank": lambda x, h, e: np.searchsorted(np.sort(x), x) / (x.size - 1),  # only prank
    "scaled": lambda x, h, e: (x - h.get("subtract", 0)) / h.get("divide", 1),  # only scaled
    "distance to maximum": lambda x, h, e: (x - e[0]) / (e[1] - e[0]),  # only distance to maximum
    "fraction of maximum": lambda x, h, e: x / e[1],  # only fraction of maximum
    "distance to reference": lambda x, h, e: cut((x - x.min()) / (e - x.min()), h),  # only distance to reference
    "distance to target": lambda x, h, e: cut((x - x.min()) / (e - x.min()), h),  # only distance to target
}
cut = lambda x, h: np.minimum(x, 1) if h.get("cap") else x  # only distance to reference, distance to target
mean = lambda x, w: w @ np.where(np.isnan(x), 0, x) / (w @ ~np.isnan(x))

def combine(x, w, kind, power):  # children by units, and their weights
    if kind == "copeland":  # only copeland
        gap, near = x[:, :, None] - x[:, None], 1e-11 * np.fmax.reduce(abs(x), axis=1)[:, None, None]
        lead = np.tensordot(w, np.where(abs(gap) > near, np.sign(gap), 0), 1)
        lead[abs(lead) <= 2e-12 * np.tensordot(w, ~np.isnan(gap), 1)] = 0
        return np.where(np.isnan(x).all(axis=0), np.nan, np.sign(lead).sum(axis=1))
    if kind.endswith("mazziotta-pareto"):  # only mazziotta-pareto, adjusted mazziotta-pareto
        m, k = mean(x, w), (~np.isnan(x)).sum(axis=0)
        return m - mean((x - m) ** 2, w) * (1 if kind.startswith("adj") else k / np.maximum(k - 1, 1)) / m
    if kind != "arithmetic":  # only geometric, harmonic, generalised
        top, p = np.fmax.reduce(x), {"geometric": 0, "harmonic": -1}.get(kind, power)
        return top * (mean((x / top) ** p, w) ** (1 / p) if p else np.exp(mean(np.log(x / top), w)))
    return mean(x, w)  # only arithmetic

def impute(x, how, labels):  # only imputation
    filled, there = x.copy(), ~np.isnan(x)
    if how["method"] == "em" and not there.all():  # only em
        # Gaps as the normal distribution of greatest likelihood expects them, by steps from no correlation.
        centre, size = np.array([(c[k].mean(), c[k].std() or 1) for c, k in zip(x, there)]).T[:, :, None]
        z, middle, cov = np.where(there, (x - centre) / size, 0), 0 * centre, np.eye(len(x))
        for step in range(10_000):
            before, rest = z.copy(), 0
            for known in np.unique(there.T, axis=0):
                units, both = (there.T == known).all(axis=1), np.outer(known, known)
                slope = np.linalg.pinv(cov * both, rcond=1e-10, hermitian=True) @ cov
                z[:, units] += ~known[:, None] * (middle + slope.T @ (z[:, units] - middle) - z[:, units])
                rest += units.mean() * np.outer(~known, ~known) * (cov - cov @ slope)
            middle, cov = z.mean(axis=1)[:, None], np.cov(z, bias=True).reshape(cov.shape) + rest
            if step and abs(z - before).max() < 1e-10:
                return np.where(there, x, centre + size * z)
    for j, i in np.argwhere(~there):  # only mean, median, group mean, group median, nearest
        peers = there[j] & (labels == labels[i])
        if how["method"] == "nearest":  # only nearest
            z = [x[c] / s for c in np.flatnonzero(there[:, i]) if (s := x[c, there[c]].std()) > 0]
            away = np.sqrt(mean(np.reshape([(c - c[i]) ** 2 for c in z], (-1, x.shape[1])), np.ones(len(z))))
            near = np.sort(away[peers & ~np.isnan(away)])[: how["neighbours"]]
            peers = peers & (away <= near.max(initial=-1) + 1e-9)
        if peers.any():
            filled[j, i] = (np.median if "median" in how["method"] else np.mean)(x[j, peers])
    return filled

def treat(x, how):  # only winsorise, box-cox
    def skewness(x):  # and whether it and the kurtosis are too great
        n, (m2, m3, m4) = x.size, (np.mean((x - x.mean()) ** k) for k in (2, 3, 4))
        g1, g2 = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2), ((n + 1) * (m4 / m2**2 - 3) + 6) * (n - 1)
        return g1, n > 3 and abs(g1) >= how["skewness"] and g2 / (n - 2) / (n - 3) >= how["kurtosis"]
    if how["method"] == "none" or not skewness(x)[1]:
        return x
    y, steps, lifted = x, how["winmax"], x - x.min() + 0.01 * np.ptp(x)
    if how["method"] == "box-cox":  # only box-cox
        x, bend = x if x.min() > 0 else lifted, lambda x, p: (x**p - 1) / p if p else np.log(x)
        spread = [np.var(bend(x / np.exp(np.log(x).mean()), k / 100)) for k in range(-200, 201)]
        return bend(x, np.argmin(spread) / 100 - 2)
    while steps and skewness(y)[1] and (ends := np.unique(y)).size > 2:  # only winsorise
        y, steps = np.minimum(y, ends[-2]) if skewness(y)[0] >= 0 else np.maximum(y, ends[1]), steps - 1
    return np.log(lifted) if skewness(y)[1] else y  # only winsorise

def spread(every, members):  # rank by the method; median, quantiles and share of first places in the variants
    scores, near = every[:, members], 1e-11 * abs(every).max(axis=1, keepdims=True)
    order = np.argsort(-scores, axis=1)
    falls = np.diff(-np.take_along_axis(scores, order, axis=1), prepend=-np.inf) > near
    places = np.maximum.accumulate(falls * np.arange(1, order.shape[1] + 1), axis=1)
    ranks = np.take_along_axis(places, np.argsort(order, axis=1), axis=1)
    tried = ranks[1:] if len(ranks) > 1 else np.nan * ranks
    found = *np.quantile(tried, [0.5, 0.05, 0.95], axis=0), np.where(tried > 1, 0, tried).mean(axis=0)
    return dict(zip(np.flatnonzero(members), zip(ranks[0], *found)))

def recompute(files, tick):
    read = lambda name: [*csv.DictReader(io.StringIO(files[name].decode()))]
    rows, m = read("data.csv"), tomllib.loads(files["method.toml"].decode())
    names, own = [next(iter(row.values())) for row in rows], m["indicator"]
    p, u, rule = len(own), m["uncertainty"], m["screening"]
    parent, late = {a["code"]: a.get("parent") for a in m["aggregate"]}, "after" in rule["counted"]
    depth = lambda code: 1 + depth(parent[code]) if code else 0
    levels = sorted(m["aggregate"], key=lambda a: -depth(a["code"]))
    nodes = {x["code"]: x for x in (*own, *levels)}
    kin = [[k for k, x in enumerate(nodes.values()) if x.get("parent") == a["code"]] for a in levels]
    numbers = lambda column: np.array([float(row[column] or "nan") for row in rows])
    bent = lambda i: np.log if "transform" in i else np.array  # only log, goalposts, distance to target
    lists = [[*(u.get(x) or [m[x]]), m[x]] for x in ("imputation", "treatment", "normalisation")]
    means = [*(u["aggregation"] or [m["aggregation"]["mean"]]), m["aggregation"]["mean"]]
    def filled(how, keep, key):
        x = np.array([numbers(i["code"]) for i in own])
        if key:  # only data error
            law, bits = u.get("data_error", {}), np.random.Philox(key=key).random_raw(2 * x.size)
            a, b = (bits >> np.uint64(11)).reshape(2, *x.shape) * 2.0**-53
            z = np.sqrt(-2 * np.log1p(-a)) * np.cos(2 * np.pi * b)
            z = 2 * a - 1 if law.get("shape") == "uniform" else z  # only uniform
            size = [i.get("error", law.get("share", 0) * abs(c)) + 0 * c for i, c in zip(own, x)]
            x += z[:, np.argsort(np.argsort(names))] * size
        x = np.array([c / numbers(i["denominator"]) if "denominator" in i else c for i, c in zip(own, x)])  # only denominator
        x = np.array([bent(i)(c) for i, c in zip(own, x)])  # only log
        if how["method"] != "none":  # only imputation
            labels = np.array([row[how["group"]] if "group" in how["method"] else "" for row in rows])
            return impute(x, how, labels)[:, keep] if late else impute(x[:, keep], how, labels[keep])
        return x[:, keep]
    @functools.lru_cache(100)
    def normal(imputation, treatment, normalisation, key):  # numbers on the lists; -1: as the method says
        x, how = filled(lists[0][imputation], keep, key), lists[2][normalisation]
        for c, i in zip(x, own):
            d, known = i["direction"], ~np.isnan(c)
            c[known] = v = d * c[known]
            c[known] = v = d * treat(d * v, lists[1][treatment])  # only winsorise, box-cox
            ends = v.min(), v.max()
            ends = sorted(d * bent(i)(i["goalposts"])) if how["method"] == "goalposts" else ends  # only goalposts
            ends = d * bent(i)(i["target"]) if how["method"] == "distance to target" else ends  # only distance to target
            ends = c[units.index(how["reference"])] if how["method"] == "distance to reference" else ends  # only distance to reference
            c[known] = SCALES[how["method"]](v, how, ends)
        return x
    def scores(x, w, kind):
        known = list(x)
        for a, children in zip(levels, kin):
            how, used = a.get("mean", kind), [c for c in children if w[c] > 0]
            power, below = a.get("power", m["aggregation"].get("power")), np.array([known[c] for c in used])
            known.append(combine(below, w[used], how, power) if used else np.nan * x[0])
        return known[p:]
    there = ~np.isnan(filled(m["imputation"] if late else {"method": "none"}, np.full(len(rows), True), 0))
    keep = there.any(axis=0) & (there.mean(axis=0) >= rule["coverage"] - 1e-9)
    leaves = lambda k: [k] if k < p else [j for c in kin[k - p] for j in leaves(c)]  # only branches
    for k in range(p, len(nodes)):  # only branches
        keep &= there[leaves(k)].mean(axis=0) >= rule["branch_coverage"] - 1e-9
    units, equal = [name for name, kept in zip(names, keep) if kept], m["weights"]["scheme"] == "equal"
    nominal = np.array([1.0 if equal or x is levels[-1] else x.get("weight", 1.0) for x in nodes.values()])
    table = scores(normal(-1, -1, -1, 0), nominal, means[-1])
    every, runs = [table[-1]], read("variants.csv")
    for r, run in enumerate(runs, 1):
        *chosen, kind, key = (int(x) for x in [*run.values()][:5])
        w = np.array([float(run.get("weight of " + code, x)) for code, x in zip(nodes, nominal)])
        if u["weights"]["spread"] and (abs(w / nominal - 1)[w > 0] > u["weights"]["spread"] + 1e-9).any():  # only spread
            raise ValueError(f"a weight of variant {r} varies by more than the method allows")
        every.append(scores(normal(*chosen, key), w, means[kind])[-1])
        tick(r, len(runs))
    every, head = np.array(every), ["unit", "rank", "median", "p05", "p95", "p_first"]
    cells = spread(every, np.full(len(units), True))
    if column := m.get("data", {}).get("class"):  # only classes
        head += ["class", *("class_" + h for h in head[1:])]
        labels = np.array([row[column] for row, kept in zip(rows, keep) if kept])
        for label in set(labels):
            cells |= {k: (*cells[k], label, *more) for k, more in spread(every, labels == label).items()}
    ranks = [head, *([unit, *cells[k]] for k, unit in enumerate(units))]
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
        for row in rows:
            for column, old, new in zip(head, found[row[0]], row):
                new = "" if new != new else new
                number = not isinstance(new, str) and re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", old)
                if not (abs(float(old) - new) <= 1e-9 * max(1, abs(new)) if number else old == new):
                    yield f"{name}: {row[0]}, {column} is {old or 'empty'}, recomputed {str(new) or 'empty'}"

if __name__ == "__main__":
    content = {path.name: path.read_bytes() for path in pathlib.Path(__file__).parent.glob("*.*")}
    for bundle in map(zipfile.ZipFile, sys.argv[1:]):
        content = {name: bundle.read(name) for name in bundle.namelist()}
    found = list(differences(content))
    print("\n- ".join(["not reproduced:", *found]) if found else "reproduced")
    sys.exit(bool(found))
