"""What is believed of what a provider says that it counted."""

import pytest

from assistant.writers.wire import tokens_of


@pytest.mark.parametrize(
    ("body", "counted"),
    [
        ('{"usage": {"prompt_tokens": 7, "completion_tokens": 3}}', (7, 3)),
        ('{"usage": {"input_tokens": 7, "output_tokens": 3}}', (7, 3)),
        ('{"usage": {"prompt_tokens": -7, "completion_tokens": 1e999}}', (0, 1_000_000)),
        ('{"usage": {"prompt_tokens": 9999999999, "completion_tokens": 3.9}}', (1_000_000, 3)),
        (f'{{"usage": {{"prompt_tokens": {"9" * 4_000}}}}}', (1_000_000, 0)),
        ('{"usage": {"prompt_tokens": NaN}}', (0, 0)),
        ('{"usage": {"prompt_tokens": "7"}}', (0, 0)),
        ('{"usage": {"prompt_tokens": null}}', (0, 0)),
        ('{"usage": [7]}', (0, 0)),
        ('{"usage": null}', (0, 0)),
        ("[" * 100_000, (0, 0)),
        ("", (0, 0)),
    ],
    ids=range(12),
)
def test_tokens_are_counted_within_reason(body, counted):
    assert tokens_of(body) == counted
