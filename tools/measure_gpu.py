#!/usr/bin/env python3
"""Measures a GPU's kernels and writes them as tables that `rehearse validate` and `rehearse calibrate` read.

Products by number format, fused attention of whole sequences and of one query, streaming layers, a copy (memory
bandwidth), a launch, and, where there are several GPUs, all-reduce. Each row is the median of several timings by CUDA events, each over enough calls to
last a millisecond; between calls of a product the weights change, so that the cache holds none of them.

    python3 tools/measure_gpu.py --device-name H100-SXM-80GB --out my-gpu
    rehearse calibrate --corpus my-gpu/kernels.csv --out my-gpu
    rehearse validate --corpus my-gpu/kernels.csv --kernel-constants my-gpu/kernel-constants.csv
"""

import argparse
import csv
import os
import statistics
import sys

KERNEL_COLUMNS = (
    "id,config_id,source,source_locator,measured_date,hardware,kernel,library,library_version,dtype,m,n,k,batch,"
    "seq_q,seq_kv,heads,kv_heads,head_dim,causal,num_gpus,tp,metric,value,unit,achieved_tflops,metric_definition,"
    "provenance,notes"
).split(",")
COLLECTIVE_COLUMNS = (
    "id,config_id,source,source_locator,measured_date,hardware,num_gpus,num_nodes,intra_link,inter_link,library,"
    "library_version,collective,algorithm,size_bytes,metric,value,unit,metric_definition,provenance,notes"
).split(",")

# Widths of Llama-like layers, by [n, k], and rows from one token to a large batch.
WEIGHTS = [(1024, 8192), (4096, 4096), (8192, 1024), (5120, 5120), (10240, 8192), (8192, 8192), (4096, 12288),
           (12288, 4096), (16384, 8192), (28672, 4096)]
ROWS = [1, 16, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
FORMATS = ["bf16", "fp16", "fp8"]
PREFILL = [(batch, length, heads, kv) for length in (512, 1024, 2048, 4096, 8192, 16384)
           for batch in (1, 4) for heads, kv in ((8, 8), (32, 32), (32, 8)) if batch * length <= 32768]
DECODE = [(batch, length, heads, kv) for batch in (1, 8, 32, 128) for length in (512, 2048, 8192, 32768)
          for heads, kv in ((32, 32), (32, 8)) if batch * length * kv <= 8 * 32768 * 32]
HIDDEN = 4096
FEED_FORWARD = 14336
TOKENS = [1, 64, 256, 1024, 4096, 16384]
REDUCED_BYTES = [1 << power for power in range(13, 31)]


class Refusal(Exception):
    """What is wrong, in one line."""


def planned(args):
    """Every kernel to measure: name, format and shape, in order."""
    plan = []
    for name in args.formats:
        for n, k in WEIGHTS:
            for m in ROWS:
                plan.append(("gemm", name, {"m": m, "n": n, "k": k}))
    for kernel, shapes in (("attention_prefill_fwd", PREFILL), ("attention_decode", DECODE)):
        for batch, length, heads, kv in shapes:
            plan.append((kernel, "bf16", {
                "batch": batch, "seq_q": length if kernel == "attention_prefill_fwd" else 1, "seq_kv": length,
                "heads": heads, "kv_heads": kv, "head_dim": 128,
                "causal": "yes" if kernel == "attention_prefill_fwd" else ""}))
    for kernel in ("add", "input_layernorm", "mlp_act"):
        for tokens in TOKENS:
            plan.append((kernel, "bf16", {"batch": tokens}))
    if args.quick:
        plan = plan[::10]
    plan += [("copy", "bf16", {"batch": 1 << 30}), ("launch", "bf16", {"batch": 1})]
    return [item for item in plan if not args.kernel or item[0] in args.kernel]


def describe(kernel, name, shape):
    sides = "x".join(f"{value}" for key, value in shape.items() if key != "causal")
    return f"{kernel} {name} {sides}"


def load_torch():
    try:
        import torch
    except ImportError:
        raise Refusal("PyTorch is not installed: pip install torch") from None
    if not torch.cuda.is_available():
        raise Refusal("PyTorch sees no GPU")
    return torch


def timed(torch, call, launches_before=10, samples=7):
    """Median time of one call in µs; calls follow one another between two events."""
    for _ in range(launches_before):
        call()
    torch.cuda.synchronize()
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)

    def between(count):
        start.record()
        for _ in range(count):
            call()
        end.record()
        torch.cuda.synchronize()
        return start.elapsed_time(end) * 1000 / count

    count = max(10, min(1000, int(1000 / max(between(10), 0.1))))
    return statistics.median(between(count) for _ in range(samples))


def in_turn(torch, items, function):
    """A call that takes the next item each time; captured in a graph, so that launches cost the device alone."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for item in items:
            function(item)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for item in items:
            function(item)
    return graph.replay, len(items)


def product(torch, name, shape):
    m, n, k = shape["m"], shape["n"], shape["k"]
    width = 1 if name == "fp8" else 2
    # As many weights as make up twice the largest cache there is.
    copies = max(2, min(64, -(-2 * 126 * (1 << 20) // (n * k * width))))
    kind = torch.float16 if name == "fp16" else torch.bfloat16
    a = torch.randn(m, k, device="cuda", dtype=kind)
    weights = [torch.randn(n, k, device="cuda", dtype=kind) for _ in range(copies)]
    if name != "fp8":
        return in_turn(torch, weights, lambda w: torch.nn.functional.linear(a, w))
    if not hasattr(torch, "float8_e4m3fn") or torch.cuda.get_device_capability() < (8, 9):
        return None
    one = torch.ones((), device="cuda")
    narrow, weights = a.to(torch.float8_e4m3fn), [w.to(torch.float8_e4m3fn) for w in weights]
    return in_turn(
        torch, weights,
        lambda w: torch._scaled_mm(narrow, w.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16))


def attention(torch, shape):
    batch, heads, kv, width = shape["batch"], shape["heads"], shape["kv_heads"], shape["head_dim"]

    def tensor(count, length):
        return torch.randn(batch, count, length, width, device="cuda", dtype=torch.bfloat16)

    caches = [(tensor(kv, shape["seq_kv"]), tensor(kv, shape["seq_kv"])) for _ in range(2)]
    query = tensor(heads, shape["seq_q"])
    function = torch.nn.functional.scaled_dot_product_attention
    grouped = {"enable_gqa": True} if heads != kv else {}
    return in_turn(
        torch, caches,
        lambda cache: function(query, *cache, is_causal=shape["causal"] == "yes", **grouped))


def copy(torch, shape):
    """A copy of so many bytes, which moves twice as many."""
    source = torch.ones(shape["batch"], device="cuda", dtype=torch.uint8)
    target = torch.empty_like(source)
    return (lambda: target.copy_(source)), 1


def launch(torch):
    """An addition of one element, started by the host each time."""
    one = torch.ones(1, device="cuda")
    return (lambda: one.add_(1)), 1


def layer(torch, kernel, shape):
    tokens = shape["batch"]
    width = FEED_FORWARD if kernel == "mlp_act" else HIDDEN
    rows = [torch.randn(tokens, width, device="cuda", dtype=torch.bfloat16) for _ in range(4)]
    other = torch.randn(tokens, width, device="cuda", dtype=torch.bfloat16)
    weight = torch.ones(width, device="cuda", dtype=torch.bfloat16)
    if kernel == "add":
        return in_turn(torch, rows, lambda row: row + other)
    if kernel == "input_layernorm":
        return in_turn(torch, rows, lambda row: torch.nn.functional.layer_norm(row, (width,), weight))
    fused = torch.compile(lambda gate, up: torch.nn.functional.silu(gate) * up)
    return in_turn(torch, rows, lambda row: fused(row, other))


def measured(torch, kernel, name, shape):
    """µs of one kernel, None where the device or the build cannot run it."""
    try:
        if kernel == "gemm":
            made = product(torch, name, shape)
        elif kernel.startswith("attention"):
            made = attention(torch, shape)
        elif kernel == "copy":
            made = copy(torch, shape)
        elif kernel == "launch":
            made = launch(torch)
        else:
            made = layer(torch, kernel, shape)
        return timed(torch, made[0]) / made[1] if made else None
    except (RuntimeError, TypeError, NotImplementedError) as problem:
        print(f"left out {describe(kernel, name, shape)}: {str(problem).splitlines()[0]}", file=sys.stderr)
        return None
    finally:
        torch.cuda.empty_cache()


def kernel_row(args, torch, kernel, name, shape, microseconds):
    row = dict.fromkeys(KERNEL_COLUMNS, "")
    row.update(shape)
    place = describe(kernel, name, shape).replace(" ", "-")
    row.update({
        "id": place, "config_id": place, "source": args.source, "hardware": args.device_name, "kernel": kernel,
        "library": "PyTorch", "library_version": torch.__version__, "dtype": name, "num_gpus": 1, "tp": 1,
        "metric": "time_us", "value": f"{microseconds:.4f}", "unit": "us",
        "metric_definition": "median over calls in a graph that change their weights", "provenance": "verified",
        "notes": "batch counts bytes" if kernel == "copy" else f"hidden {HIDDEN} ffn {FEED_FORWARD}"})
    if kernel == "gemm":
        row["achieved_tflops"] = f"{2 * shape['m'] * shape['n'] * shape['k'] / microseconds / 1e6:.4f}"
    return row


def reduced(rank, count, args, port, path):
    """One process of an all-reduce: times every size, the first rank writes the table."""
    import torch
    import torch.distributed as distributed

    os.environ.update({"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)})
    torch.cuda.set_device(rank)
    distributed.init_process_group("nccl", rank=rank, world_size=count)
    rows = []
    for size in REDUCED_BYTES:
        buffer = torch.ones(size // 4, device="cuda")
        microseconds = timed(torch, lambda: distributed.all_reduce(buffer), samples=3)
        row = dict.fromkeys(COLLECTIVE_COLUMNS, "")
        place = f"all-reduce-{count}-{size}"
        row.update({
            "id": place, "config_id": place, "source": args.source, "hardware": args.device_name,
            "num_gpus": count, "num_nodes": 1, "intra_link": args.link, "library": "NCCL",
            "library_version": ".".join(map(str, torch.cuda.nccl.version())), "collective": "all_reduce",
            "size_bytes": size, "metric": "time_us", "value": f"{microseconds:.4f}", "unit": "us",
            "metric_definition": "average time per op, back to back", "provenance": "verified"})
        rows.append(row)
    if rank == 0:
        write(path, COLLECTIVE_COLUMNS, rows)
    distributed.destroy_process_group()


def write(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def arguments(words):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device-name", help="the GPU's name in the catalogue (default: what the driver says)")
    parser.add_argument("--source", default="own measurement", help="who measured (default: %(default)s)")
    parser.add_argument("--formats", default=",".join(FORMATS), help="of products (default: %(default)s)")
    parser.add_argument("--kernel", action="append", help="measure only this kernel; may be given again")
    parser.add_argument("--quick", action="store_true", help="measure every tenth shape")
    parser.add_argument("--link", default="NVLink4", help="between the GPUs, for all-reduce (default: %(default)s)")
    parser.add_argument("--out", default=".", help="folder of kernels.csv and collectives.csv (default: here)")
    parser.add_argument("--dry-run", action="store_true", help="print the shapes and measure nothing")
    args = parser.parse_args(words)
    args.formats = args.formats.split(",")
    unknown = [name for name in args.formats if name not in FORMATS]
    if unknown:
        raise Refusal(f"no format is named '{unknown[0]}': use {', '.join(FORMATS)}")
    known = ["gemm", "attention_prefill_fwd", "attention_decode", "add", "input_layernorm", "mlp_act", "copy",
             "launch"]
    unknown = [name for name in args.kernel or [] if name not in known]
    if unknown:
        raise Refusal(f"no kernel is named '{unknown[0]}': use {', '.join(known)}")
    return args


def run(words):
    args = arguments(words)
    plan = planned(args)
    if args.dry_run:
        for item in plan:
            print(describe(*item))
        return
    torch = load_torch()
    args.device_name = args.device_name or torch.cuda.get_device_name(0)
    os.makedirs(args.out, exist_ok=True)
    rows = []
    for place, (kernel, name, shape) in enumerate(plan):
        microseconds = measured(torch, kernel, name, shape)
        if microseconds:
            rows.append(kernel_row(args, torch, kernel, name, shape, microseconds))
            print(f"{place + 1}/{len(plan)} {describe(kernel, name, shape)}: {microseconds:.1f} us", flush=True)
    if not rows:
        raise Refusal("nothing could be measured")
    write(os.path.join(args.out, "kernels.csv"), KERNEL_COLUMNS, rows)
    count = torch.cuda.device_count()
    if count > 1 and not args.kernel:
        path = os.path.join(args.out, "collectives.csv")
        torch.multiprocessing.spawn(reduced, args=(count, args, 29500, path), nprocs=count)


def main():
    try:
        run(sys.argv[1:])
    except Refusal as refusal:
        print(f"measure_gpu: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
