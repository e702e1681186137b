"""Tiny random models for llama.cpp, and HTTP servers that fail as they are told."""

from __future__ import annotations

import http.server
import re
import threading

import gguf
import numpy as np
import pytest

LAYERS, WIDTH, HEADS, INNER, CONTEXT = 2, 64, 4, 96, 2048
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LETTERS = [chr(code) for code in range(33, 127)]
VOCABULARY = [*LETTERS, "Ġ", "Ċ", "ab", "<|im_start|>", "<|im_end|>"]


def write_gguf(path, width=WIDTH, seed=0):
    """Write a Qwen2 model of random numbers, whose tokens are ASCII characters."""
    numbers = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(VOCABULARY)
    special = [gguf.TokenType.CONTROL] * 2
    writer.add_token_types([gguf.TokenType.NORMAL] * (len(VOCABULARY) - 2) + special)
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(len(VOCABULARY) - 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    shapes = {"token_embd.weight": (len(VOCABULARY), width), "output_norm.weight": (width,)}
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        shapes |= {f"{block}.attn_norm.weight": (width,), f"{block}.ffn_norm.weight": (width,)}
        for name in ("q", "k", "v"):
            shapes[f"{block}.attn_{name}.weight"] = (width, width)
            shapes[f"{block}.attn_{name}.bias"] = (width,)
        shapes[f"{block}.attn_output.weight"] = (width, width)
        shapes[f"{block}.ffn_gate.weight"] = shapes[f"{block}.ffn_up.weight"] = (INNER, width)
        shapes[f"{block}.ffn_down.weight"] = (width, INNER)
    for name, shape in shapes.items():
        # Without sharp differences a random model says one token for ever.
        values = numbers.normal(0.0, 0.6, shape) if len(shape) > 1 else np.ones(shape)
        if name == "token_embd.weight":
            values[-2:] = 0.0  # a logit of 0 among large ones: it hardly ever ends by itself
        writer.add_tensor(name, values.astype(np.float32))
    _write(writer)


def write_adapter(path, width=WIDTH, architecture="qwen2", rank=4):
    """Write a LoRA adapter of random numbers for the output of the first attention."""
    numbers = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 8.0)
    for half, shape in (("a", (rank, width)), ("b", (width, rank))):
        values = numbers.normal(0.0, 1.0, shape).astype(np.float32)
        writer.add_tensor(f"blk.0.attn_output.weight.lora_{half}", values)
    _write(writer)


def _write(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory):
    """Return the path of a tiny random Qwen2 model."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(path)
    return path


@pytest.fixture
def make_gguf():
    """Return the function that writes a tiny random model."""
    return write_gguf


@pytest.fixture(scope="session")
def make_adapter(tmp_path_factory):
    """Return a function that writes an adapter and returns its path."""

    def make(**options):
        path = tmp_path_factory.mktemp("adapter") / "adapter.gguf"
        write_adapter(path, **options)
        return path

    return make


class FileServer(http.server.ThreadingHTTPServer):
    """Serves some bytes at every path of the loopback device.

    Attributes:
        content: the bytes.
        cut_after: break the connection after so many bytes of each answer, or None.
        status: the status of each answer in place of 200 and 206, or None.
        knows_ranges: whether `Range` is honoured.
        starts: where each answer started, in bytes.
        url: the server's address.
    """

    daemon_threads = True

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), _FileHandler)
        self.content = content
        self.cut_after = None
        self.status = None
        self.knows_ranges = True
        self.starts = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _FileHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked.group(1)) if asked and server.knows_ranges else 0
        server.starts.append(start)
        body = server.content[start:]
        self.send_response(server.status or (206 if asked and server.knows_ranges else 200))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if server.cut_after is None else body[: server.cut_after])

    def log_message(self, *arguments):
        """Print nothing."""


@pytest.fixture
def serve():
    """Return a function that serves some bytes until the test ends."""
    servers = []

    def start(content):
        server = FileServer(content)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return server

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()
