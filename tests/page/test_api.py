"""The named endpoints, used as scripts use them: by gradio_client over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

PICNIC = (
    "Last week, John had a wonderful picnic with David. David mentioned multiple times that he likes eating apples."
)
ENDPOINTS = {"/inject", "/ask", "/memory", "/forget", "/undo", "/reset", "/export", "/restore"}


@pytest.fixture
def connect(fake_url: str, tmp_path: Path) -> Callable[[], Client]:
    return lambda: Client(fake_url, verbose=False, analytics_enabled=False, download_files=str(tmp_path))


def test_endpoints_are_named_and_documented(connect: Callable[[], Client]) -> None:
    listed: dict[str, Any] = connect().view_api(return_format="dict")["named_endpoints"]
    assert set(listed) == ENDPOINTS
    for name, info in listed.items():
        assert info["description"].strip(), f"{name} has no description"
    assert [p["parameter_name"] for p in listed["/ask"]["parameters"]] == [
        "question",
        "max_new_tokens",
        "temperature",
        "seed",
    ]


def test_two_clients_never_share_memory(connect: Callable[[], Client]) -> None:
    ann, ben = connect(), connect()
    ann.predict(PICNIC, api_name="/inject")
    ben.predict(
        "The red key was left in the kitchen by the old gardener of the harbour office today.", api_name="/inject"
    )
    ben.predict(
        "The code for the office is 4821 and nobody but the gardener of the house knows it.", api_name="/inject"
    )
    of_ann, of_ben = (client.predict(api_name="/memory") for client in (ann, ben))
    assert [c["text"] for c in of_ann["contexts"]] == [PICNIC]
    assert of_ann["step"] == 1
    assert of_ben["step"] == 2
    ann.predict(api_name="/reset")
    assert ben.predict(api_name="/memory") == of_ben


def test_the_whole_story(connect: Callable[[], Client]) -> None:
    client = connect()
    told = client.predict(PICNIC, api_name="/inject")
    assert told["contexts"] == [0]
    assert told["warnings"] == []
    answer = client.predict("What does David like?", api_name="/ask")
    assert answer["finish"]
    assert "".join(answer["tokens"]).strip() == answer["answer"]
    client.predict(PICNIC.replace("apples", "pears"), api_name="/inject")
    before = client.predict(api_name="/memory")
    assert 0 < before["contexts"][0]["short_term"] < 1
    gone = client.predict(0, api_name="/forget")
    assert sum(gone["short_term"]) > 0
    after = client.predict(api_name="/memory")["contexts"][0]
    assert after["forgotten"]
    assert after["short_term"] == after["long_term"] == 0
    assert "forgetting" in client.predict(api_name="/undo")
    assert client.predict(api_name="/memory") == before
    client.predict(api_name="/reset")
    assert client.predict(api_name="/memory")["contexts"] == []


def test_ask_streams(connect: Callable[[], Client]) -> None:
    client = connect()
    client.predict(PICNIC, api_name="/inject")
    job = client.submit("What does David like?", api_name="/ask")
    job.result()
    steps = job.outputs()
    assert len(steps) > 2
    assert [step["finish"] is None for step in steps] == [True] * (len(steps) - 1) + [False]


def test_export_is_a_file(connect: Callable[[], Client]) -> None:
    client = connect()
    client.predict(PICNIC, api_name="/inject")
    path = Path(client.predict(api_name="/export"))
    assert path.suffix == ".palimpsest"
    assert path.stat().st_size > 0


def test_restoring_goes_on_and_forks(connect: Callable[[], Client], tmp_path: Path) -> None:
    ann, ben = connect(), connect()
    ann.predict(PICNIC, api_name="/inject")
    kept, before = handle_file(ann.predict(api_name="/export")), ann.predict(api_name="/memory")
    ben.predict("Something else that nobody will miss when the other session comes in its place.", api_name="/inject")
    assert ben.predict(kept, api_name="/restore") == before
    ben.predict(PICNIC.replace("apples", "pears"), api_name="/inject")
    assert ann.predict(api_name="/memory") == before, "the fork's life is its own"
    damaged = tmp_path / "damaged.palimpsest"
    damaged.write_text("not a session")
    held = ben.predict(api_name="/memory")
    with pytest.raises(AppError, match=r"damaged|not a"):
        ben.predict(handle_file(damaged), api_name="/restore")
    assert ben.predict(api_name="/memory") == held


@pytest.mark.parametrize(
    ("endpoint", "arguments", "says"),
    [
        ("/inject", ("",), "empty"),
        ("/inject", ("   \n ",), "empty"),
        ("/inject", ("a\x00b",), "plain text"),
        ("/inject", ("word " * 200_000,), "characters"),
        ("/ask", ("",), "empty"),
        ("/ask", ("What?", 0), "between 1 and"),
        ("/ask", ("What?", 9_999), "between 1 and"),
        ("/ask", ("What?", 8, -1.0), "between 0 and 2"),
        ("/ask", ("What?", 8, 1.0, -5), "not negative"),
        ("/forget", (7,), "no context 7"),
        ("/forget", (-1,), "no context -1"),
        ("/undo", (), "nothing to undo"),
    ],
)
def test_bad_input_is_a_message_and_changes_nothing(
    connect: Callable[[], Client], endpoint: str, arguments: tuple[Any, ...], says: str
) -> None:
    client = connect()
    before = client.predict(api_name="/memory")
    with pytest.raises(AppError) as failure:
        client.predict(*arguments, api_name=endpoint)
    assert says in str(failure.value)
    assert "Traceback" not in str(failure.value)
    assert client.predict(api_name="/memory") == before


@pytest.mark.parametrize(
    "text",
    [
        "Hi there, you five.",
        "🙂 " * 20,
        "مرحبا بالعالم " * 8,
        "<img src=x onerror=alert(1)>",
        "${alert(1)} {{value}} `x`",
        "</script>",
    ],
)
def test_any_text_can_be_told(connect: Callable[[], Client], text: str) -> None:
    client = connect()
    client.predict(text, api_name="/inject")
    assert client.predict(api_name="/memory")["contexts"][0]["text"] == text


def test_an_unexpected_error_is_an_apology(connect: Callable[[], Client]) -> None:
    client = connect()
    with pytest.raises(AppError, match=r"(?i)went wrong|integer|number") as failure:
        client.predict("one", api_name="/forget")
    assert "Traceback" not in str(failure.value)
    assert "/work" not in str(failure.value)


def test_asking_before_anything_was_told(connect: Callable[[], Client]) -> None:
    assert connect().predict("What does David like?", api_name="/ask")["answer"]


def test_two_requests_at_once_wait_for_each_other(connect: Callable[[], Client]) -> None:
    client = connect()
    jobs = [client.submit(PICNIC, api_name="/inject") for _ in range(4)]
    assert sorted(job.result()["contexts"][0] for job in jobs) == [0, 1, 2, 3]
    assert client.predict(api_name="/memory")["step"] == 4
