"""What one would write in an afternoon instead: `pipeline.py MODEL PAPERS.jsonl PAGE.html`.

Embeds, finds neighbours, near copies and topics with keywords, and writes a page. Usual values everywhere; no map, no choice
of the number of topics, no look at the words of near copies. Prints the seconds until the model was there.
"""
import html, json, math, sys, time

BEGUN = time.perf_counter()

import hnswlib
import numpy as np
from sentence_transformers import SentenceTransformer
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import CountVectorizer


def main(model: str, papers: str, page: str) -> None:
    with open(papers, encoding="utf8") as lines:
        records = [json.loads(line) for line in lines]
    texts = [f"{r['title']}. {r['abstract']}" for r in records]
    encoder = SentenceTransformer(model, device="cpu")
    print(time.perf_counter() - BEGUN)
    vectors = encoder.encode(texts, normalize_embeddings=True)

    index = hnswlib.Index("ip", vectors.shape[1])
    index.init_index(len(vectors), M=16, ef_construction=200)
    index.add_items(vectors)
    index.set_ef(64)
    nearest, distances = index.knn_query(vectors, min(11, len(vectors)))
    copies = [(i, j) for i, row in enumerate(nearest) for j, d in zip(row, distances[i]) if i < j and 1 - d >= 0.9]

    k = max(2, round(math.sqrt(len(texts) / 2)))
    topic_of = KMeans(k, random_state=0).fit(vectors).labels_
    words = keywords(texts, topic_of, k)

    with open(page, "w", encoding="utf8") as out:
        for topic in range(k):
            rows = np.flatnonzero(topic_of == topic)
            out.write(f"<h2>{html.escape(', '.join(words[topic]))} ({len(rows)})</h2>\n<ul>\n")
            for i in rows:
                near = "; ".join(records[j]["title"] for j in nearest[i] if j != i)
                out.write(f"<li>{html.escape(records[i]['title'])}<br><small>{html.escape(near)}</small></li>\n")
            out.write("</ul>\n")
        out.write("<h2>Near copies</h2>\n")
        out.writelines(f"<p>{html.escape(records[i]['title'])} = {html.escape(records[j]['title'])}</p>\n" for i, j in copies)


def keywords(texts: list[str], topic_of: np.ndarray, k: int) -> list[list[str]]:
    """c-TF-IDF (Grootendorst 2022): frequent in the topic, rare in the others."""
    joined = [" ".join(texts[i] for i in np.flatnonzero(topic_of == topic)) for topic in range(k)]
    vectorizer = CountVectorizer(stop_words="english")
    counts = vectorizer.fit_transform(joined).toarray().astype("f4")
    weights = counts / counts.sum(1, keepdims=True) * np.log1p(counts.sum() / k / counts.sum(0))
    names = vectorizer.get_feature_names_out()
    return [[names[word] for word in np.argsort(-row)[:10]] for row in weights]


if __name__ == "__main__":
    main(*sys.argv[1:])
