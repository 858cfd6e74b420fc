"""Row 8: `similar TEXT`, by a process that starts for it and by one that serves."""
import http.client, json, pathlib, re, socket, statistics, subprocess, time, urllib.parse

from bench import REPO, Bench, Line, Skipped, peak_of, short, texts


def rows(bench: Bench) -> None:
    few = bench.work / "seeds"
    bench.ours(few, "index", REPO / "seeds", "--model", bench.model()[0].name)
    queries = list(map(query_of, texts(str(bench.sample(300)))))
    for library in (few, bench.library()):
        papers = bench.count(library)
        # Builds the graph, if there is to be one.
        bench.ours(library, "similar", queries[0])
        runs = [bench.ours(library, "similar", query, "-k", 10) for query in queries[: 2 + 3 * bench.rounds]]
        what = f"`similar TEXT` among {papers:,}"
        bench.tell(Line(8, f"{what}, a process each", [run.seconds for run in runs], memory=(max(run.peak for run in runs),)))
        if re.search(r"^ +serve ", bench.run(bench.bin, "--help").text, re.MULTILINE):
            served(bench, library, queries, f"{what}, served")


def query_of(text: str) -> str:
    """Words alone: signs would be syntax."""
    return " ".join(re.findall(r"\w+", text)[:30])


def served(bench: Bench, library: pathlib.Path, queries: list[str], what: str) -> None:
    """Each query once, one after the other, over one connection that is kept alive."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [bench.bin, "serve", "--port", port, "--library", library, "--threads", bench.threads, "--quiet"]
    with open(bench.work / "err.txt", "wb") as err:
        server = subprocess.Popen(list(map(str, command)), env=bench.env(), stderr=err)
    try:
        connection = connected(bench, server, port)
        taken = []
        for query in queries:
            begun = time.perf_counter()
            connection.request("GET", "/api/v1/similar?" + urllib.parse.urlencode({"text": query, "k": 10}))
            answer = json.loads(connection.getresponse().read())
            taken.append(1000 * (time.perf_counter() - begun))
            if len(answer.get("results", [])) != 10:
                raise Skipped(f"serve answered {str(answer)[:200]}")
        memory = (peak_of(server.pid),)
    finally:
        server.terminate()
        server.wait()
    # The first ones load the model.
    taken = taken[5:]
    quality = f"p99 {short(statistics.quantiles(taken, n=100)[98])} ms"
    bench.tell(Line(8, what, taken, unit="ms", quality=quality, memory=memory))


def connected(bench: Bench, server: subprocess.Popen, port: int) -> http.client.HTTPConnection:
    """A connection, as soon as the server answers."""
    while server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return connection
        except OSError:
            time.sleep(0.1)
    raise Skipped(f"serve ended with {server.returncode}: {(bench.work / 'err.txt').read_text().strip()}")
