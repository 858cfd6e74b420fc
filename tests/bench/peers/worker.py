"""Runs one peer in a process of its own: `worker.py PART CLASS`.

Reads one call a line from standard input, `{"call": METHOD, "args": {...}, "save": FILE}`, and answers each with a line
`{"seconds": S, "cpu": S, "value": V}`, as ours.rs does. An array goes to `save`: floats and integers of 32 bits.
"""
import importlib, json, os, sys, time


def main(part: str, kind: str) -> None:
    # Packages print; what is for the caller goes out by a door of its own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = getattr(importlib.import_module(part), kind)()
    for line in sys.stdin:
        request = json.loads(line)
        begun, cpu = time.perf_counter(), time.process_time()
        try:
            value = getattr(peer, request["call"])(**request["args"])
        except ModuleNotFoundError as error:
            print(json.dumps({"missing": error.name}), file=answers, flush=True)
            return
        answer = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
        if request["save"]:
            value.astype("<f4" if value.dtype.kind == "f" else "<u4").tofile(request["save"])
            value = None
        print(json.dumps(answer | {"value": value}), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
