import pytest

from catalog.rules.documentation import without_images

REFERENCES = "[logo]: https://acme.test/logo.png\n"


@pytest.mark.parametrize(
    "image",
    [
        "![Logo](https://acme.test/logo.png)",
        "![](logo.png)",
        "![]()",
        "![Logo](<a logo.png> 'Of Acme (new)')",
        '![Logo](logo.png\n "Of Acme")',
        "![A [nested] text](logo_(1).png)",
        r"![A bracket \] here](logo\).png)",
        "![The logo][logo]",
        "![LOGO][]",
        "![Logo]",
        "<img>",
        "<IMG alt='a > b' src=logo.png />",
        '<img\nsrc="logo.png">',
    ],
)
def test_images_are_removed_and_all_around_them_stays(image):
    assert without_images(f"{REFERENCES}*One* {image} two") == f"{REFERENCES}*One*  two"


@pytest.mark.parametrize(
    "text",
    [
        "[A link](https://acme.test), <imgx>, a < b",
        r"Hurray\![a link](https://acme.test)",
        "A list![1]",
        "![unknown][reference]",
        "Open ![ to the end",
        "Two paragraphs ![a\n\nb](c)",
        "`![in code](logo.png)` and ``a ` ![b](c)``",
        "```\n![in a block](logo.png)\n```\nafter",
        "~~~ markdown\n![in a block](logo.png)",
        "Unpaired ` tick",
        "Ä ∑ 🦉\r\nnext line\t",
    ],
)
def test_what_is_no_image_stays_as_it_is(text):
    assert without_images(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[![a button](button.svg)](https://acme.test)", "[](https://acme.test)"),
        ("![text without label ![image](a.png) more]", "![text without label  more]"),
        (r"\\![after a backslash](a.png)", r"\\"),
        ("```\ncode\n```\n![after a block](a.png)", "```\ncode\n```\n"),
        ("``` in a span ``` ![after it](a.png)", "``` in a span ``` "),
        ("` open ![image](a.png)", "` open "),
        ("Don`t\n\n![image](a.png)\n\n`code`", "Don`t\n\n\n\n`code`"),
        ("- ```\n  ![code](a.png)\n\n  ```\n- ![image](a.png)", "- ```\n  ![code](a.png)\n\n  ```\n- "),
        ("> ```\n> ![code](a.png)\n> ```\n> ![image](a.png)", "> ```\n> ![code](a.png)\n> ```\n> "),
        ("> ![Logo]\n>\n> [logo]: a.png", "> \n>\n> [logo]: a.png"),
    ],
)
def test_images_are_told_from_what_is_around_them(text, left):
    assert without_images(text) == left


BROKEN = ["<img ", "<img '\"", "![", "![](", "![[a]", '![a](b "', "![ ![ ]", "![a](<", "\n[a]:"]


@pytest.mark.parametrize("part", BROKEN)
def test_long_texts_of_broken_images_stay_as_they_are(part):
    assert without_images(part * 10_000) == part * 10_000
