"""What the machine can do at best: products of matrices as large as the model's and the scan's."""
import threading, time

# Tokens of four abstracts, and the widest layer of the model.
ROWS, WIDTH, MIDDLE = 1024, 384, 1536


def fastest(work, tries: int = 15) -> float:
    """Seconds of the fastest of some tries, after one that warms up."""
    work()
    taken = []
    for _ in range(tries):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


class Machine:
    def gemm(self, threads: int) -> float:
        """GFLOP/s of a float32 product, by NumPy's BLAS."""
        import numpy as np
        from threadpoolctl import threadpool_limits
        a, b = np.random.rand(ROWS, WIDTH).astype("f4"), np.random.rand(WIDTH, MIDDLE).astype("f4")
        with threadpool_limits(threads):
            return 2e-9 * ROWS * WIDTH * MIDDLE / fastest(lambda: a @ b)

    def gemm_int8(self, threads: int) -> float:
        """The same of an int8 product, by ONNX Runtime."""
        import numpy as np, onnxruntime
        from onnx import TensorProto as T, helper, numpy_helper
        weights = numpy_helper.from_array(np.random.randint(-127, 127, (WIDTH, MIDDLE)).astype("i1"), "b")
        graph = helper.make_graph(
            [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
            "product",
            [helper.make_tensor_value_info("a", T.UINT8, [ROWS, WIDTH])],
            [helper.make_tensor_value_info("c", T.INT32, [ROWS, MIDDLE])],
            [weights],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        a = {"a": np.random.randint(0, 255, (ROWS, WIDTH)).astype("u1")}
        return 2e-9 * ROWS * WIDTH * MIDDLE / fastest(lambda: session.run(None, a))

    def scan(self, vectors: str, dimension: int, threads: int) -> float:
        """Seconds to read all vectors from memory once, each thread its part."""
        import numpy as np
        parts = np.array_split(np.fromfile(vectors, "<f4"), threads)

        def read() -> None:
            workers = [threading.Thread(target=np.max, args=[part]) for part in parts]
            [worker.start() for worker in workers]
            [worker.join() for worker in workers]

        return fastest(read)
