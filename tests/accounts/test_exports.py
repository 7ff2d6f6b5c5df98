import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import cast

import pytest

from accounts.exports import BYTE_ORDER_MARK, csv_response, harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\xa0=1",
        "\u3000+1",
        "x;=1",
        "x; =1",
    ],
)
def test_a_formula_becomes_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "castor-upload", "<b>=1</b>", "1=1", "'=1", "a\t=1", "cat_ro_eu_••••••••wxyz"])
def test_any_other_text_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize("cell", [0, -1, None, date(2026, 11, 24)])
def test_what_is_no_text_is_no_formula(cell):
    assert harmless(cell) is cell


def test_an_instant_is_written_in_utc_by_the_second():
    assert harmless(datetime(2026, 11, 24, 9, 5, 7, 999, tzinfo=UTC)) == "2026-11-24T09:05:07Z"


def test_html_commas_quotes_and_lines_come_back_as_they_went():
    row = ["<script>alert(1)</script>", 'say "hi", please', "two\r\nlines", "é"]
    (found,) = csv.reader([csv_response("x", [row]).getvalue().decode("utf-8-sig")], strict=False)
    assert found == row


def test_a_download_is_written_while_it_is_read():
    response = csv_response("everything", ([number] for number in count()))
    parts = cast("Iterator[bytes]", response.streaming_content)
    assert [next(parts) for _ in range(3)] == [BYTE_ORDER_MARK.encode(), b"0\r\n", b"1\r\n"]


def test_a_download_has_a_name_and_is_kept_by_nobody():
    response = csv_response("catalog-usage", [])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="catalog-usage.csv"'
    assert response["Cache-Control"] == "no-store"
