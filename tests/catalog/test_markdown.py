import pytest

from catalog.markdown import MAX_LENGTH, MAX_READ_LENGTH, cells, plain, rendered, web_address


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](vbscript:x)",
        "[a](//evil.test)",
        "[a](/admin/)",
        "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        "![a](javascript:alert(1))",
        "x" * MAX_LENGTH + "<script>[a](https://acme.test)",
    ],
)
def test_texts_of_strangers_run_and_load_nothing(text):
    html = rendered(text)
    assert not any(part in html for part in ("<script", "<img", "href="))


@pytest.mark.parametrize("address", ["https://acme.test/a?b=c", "http://acme.test", "mailto:ada@acme.test"])
def test_links_do_not_vouch_for_where_they_lead(address):
    assert f'<a href="{address}" rel="noopener nofollow">here</a>' in rendered(f"[here]({address})")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](https://site.test/assets/x?q=1#b)", '<a href="/assets/x?q=1#b">a</a>'),
        ("[*a*](https://site.test.evil.test/)", "<span><em>a</em></span>"),
        ("[a](https://site.test@evil.test/)", "<span>a</span>"),
        ("[a](https://site.test//evil.test/)", '<a href="/evil.test/">a</a>'),
        (r"[a](https://site.test/\\evil.test/)", '<a href="/%5Cevil.test/">a</a>'),
        ("[a](mailto:ada@acme.test)", "<span>a</span>"),
        ("![a](https://evil.test/i.png)", "!<span>a</span>"),
        ("[a][b]\n\n[b]: https://evil.test/x", "<span>a</span>"),
        ("<https://evil.test/x>", "<span>https://evil.test/x</span>"),
    ],
)
def test_links_within_a_site_are_kept_by_their_paths_and_no_others(text, shown):
    assert rendered(text, within="https://site.test") == f"<p>{shown}</p>\n"


def test_an_image_becomes_a_link_at_most():
    assert "<img" not in rendered("![logo](https://acme.test/logo.png)")


def test_headings_stand_below_those_of_the_page():
    assert rendered("# Title\n\n##### Detail") == "<h3>Title</h3>\n<h6>Detail</h6>\n"


def test_tables_carry_no_style():
    html = rendered("|a|b|\n|:-|-:|\n|1|2|\n")
    assert ("<table>" in html, "style" in html) == (True, False)


@pytest.mark.parametrize(
    ("url", "address"),
    [("HTTPS://acme.test", "HTTPS://acme.test"), ("mailto:a@b", ""), (" javascript:x", ""), ("", ""), (None, "")],
)
def test_only_the_web_is_an_address_to_lead_to(url, address):
    assert web_address(url) == address


def test_a_table_of_texts_is_parsed_as_far_as_that_takes_a_moment():
    long = "[" * 3_000
    found = list(cells(["**first**", *[long] * 30, "**last**"]))
    assert found[0] == "<p><strong>first</strong></p>\n"
    assert found[1] == f"<p>{'[' * 1_999}…</p>\n"
    assert found[-1] == "<p>**last**</p>"


def test_what_is_nested_without_end_ends():
    assert rendered("> " * 100 + "deep").count("<blockquote>") <= 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (
            "# Orders\n\nOne row is an **order**,\nnot a *line* of `it`.",
            "Orders One row is an order, not a line of it.",
        ),
        ("- one\n- [two](https://acme.test)\n\n> three", "one two three"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
        ("```sql\nSELECT  1\n```", "SELECT 1"),
        ("un**believ**able  \nlines", "unbelievable lines"),
        ("a < b & <b>c</b> \\* d", "a < b & <b>c</b> * d"),
        ("![The *whole* flow](https://acme.test/flow.png) of orders", "The whole flow of orders"),
        ("[![built](https://acme.test/badge.png)](https://acme.test) Orders!", "built Orders!"),
    ],
)
def test_words_without_the_signs_of_markdown_are_one_line(text, words):
    assert plain(text) == words


def test_of_a_long_text_the_beginning_is_read():
    assert plain("x" * MAX_READ_LENGTH + " **end**") == "x" * MAX_READ_LENGTH
