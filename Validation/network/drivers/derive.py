"""Writes what the two drivers read: one plain text per scenario, from the files that `rehearse flows` reads.

Links, rates and latencies are read from the network file here, without the program; only the routes come from
the program, so that all simulators send every flow the same way.

    links N                     then N lines: from to bytes_per_second latency_seconds
    flows M                     then M lines: start_seconds bytes weight rate_cap link_count link...

Vertices are numbers; a rate cap of 0 is none; links go by their place in the list. Of every link on a route the
one in the opposite direction is in the list too. The latency of a switch is added to the links that leave it.

    derive.py PROGRAM SCENARIOS FOLDER
"""

import csv
import json
import pathlib
import re
import subprocess
import sys

RATES = {"Mb/s": 1e6 / 8, "Gb/s": 1e9 / 8}
TIMES = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def quantity(text, units):
    number, unit = text.split()
    return float(number) * units[unit]


def rows(path):
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


class EdgeList:
    """Links listed one by one; names that begin with `switch` are switches."""

    def __init__(self, path):
        self.links = {
            (row["from"], row["to"]): (quantity(row["bandwidth"], RATES), quantity(row["latency"], TIMES))
            for row in rows(path)
        }

    def link(self, ends):
        return self.links[ends]


class Description:
    """`{kind: fat_tree, link: 1 Gb/s, latency: 5 us, ...}`: every link alike, but for those to spines."""

    def __init__(self, path):
        text = re.search(r"\{(.*)\}", path.read_text()).group(1)
        keys = dict(part.strip().split(": ") for part in text.split(","))
        self.rate = quantity(keys["link"], RATES)
        self.latency = quantity(keys["latency"], TIMES)
        self.switch_latency = quantity(keys.get("switch_latency", "0 s"), TIMES)
        self.spine_rate = self.rate
        if "oversubscription" in keys:
            hosts, spines = int(keys["hosts_per_leaf"]), int(keys["spines"])
            self.spine_rate = self.rate * hosts / (spines * float(keys["oversubscription"]))

    def link(self, ends):
        spine = any(end.startswith("spine") for end in ends)
        passed = 0 if ends[0].startswith("host") else self.switch_latency
        return self.spine_rate if spine else self.rate, self.latency + passed


def network(folder):
    listed = folder / "network.csv"
    return EdgeList(listed) if listed.exists() else Description(folder / "network.yaml")


def program_flows(program, folder):
    file = next(folder.glob("network.*"))
    command = [program, "flows", file, "--flows", folder / "flows.csv", "--format", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["flows"]


def chain(flow):
    """The route as pairs of vertices; it must lead from the source to the destination."""
    pairs = [tuple(name.split(" -> ")) for name in flow["route"]]
    stops = [pair[0] for pair in pairs] + [pairs[-1][1]]
    assert stops[0] == flow["source"] and stops[-1] == flow["destination"], flow
    assert all(a[1] == b[0] for a, b in zip(pairs, pairs[1:])), flow
    return pairs


def derive(program, folder):
    wires = network(folder)
    vertices, links, lines = {}, {}, []

    def vertex(name):
        return vertices.setdefault(name, len(vertices))

    for row, flow in zip(rows(folder / "flows.csv"), program_flows(program, folder), strict=True):
        pairs = chain(flow)
        for ends in pairs:
            links.setdefault(ends, len(links))
            links.setdefault(ends[::-1], len(links))
        cap = quantity(row["rate_cap"], RATES) if row.get("rate_cap") else 0
        fields = [row["start_seconds"], int(row["bytes"]), row.get("weight", 1), repr(cap), len(pairs)]
        lines.append(fields + [links[ends] for ends in pairs])
    heads = [[vertex(a), vertex(b), *map(repr, wires.link((a, b)))] for a, b in links]
    table = [["links", len(heads)], *heads, ["flows", len(lines)], *lines]
    return "".join(" ".join(map(str, fields)) + "\n" for fields in table)


def main(program, scenarios, folder):
    for scenario in sorted(path for path in pathlib.Path(scenarios).iterdir() if path.is_dir()):
        pathlib.Path(folder, scenario.name + ".txt").write_text(derive(program, scenario))


if __name__ == "__main__":
    main(*sys.argv[1:])
