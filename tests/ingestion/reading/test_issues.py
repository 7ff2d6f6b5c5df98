import csv
import gzip
import io

from ingestion.reading.issues import KEPT, VALUE_LENGTH, Issue, IssueLog, Problem, ReportFile, Word

WORDS = {
    *("missing_value", "unauthorized_value", "wrong_datatype", "unknown_reference", "duplicate_value"),
    "repeated_quotes",
}


def problem(value="x", word=Word.MISSING_VALUE):
    return Problem(word, "name", value, "name is empty: fill it in.")


def report(issues):
    """The rows of a report with these problems."""
    file = io.BytesIO()
    with ReportFile(file) as sink:
        log = IssueLog(sink)
        for row, each in enumerate(issues, start=2):
            log.add(each, file="table.csv", row=row, line=row)
    content = gzip.decompress(file.getvalue())
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_words_are_the_six():
    assert set(map(str, Word)) == WORDS


def test_counts_are_exact_and_the_first_of_each_file_and_word_kept():
    every: list[Issue] = []
    log = IssueLog(every.append)
    for row in range(KEPT + 5):
        log.add(problem(), file="a.csv", row=row)
    log.add(problem(word=Word.WRONG_DATATYPE), file="a.csv", row=1)
    log.add(problem(), file="b.csv", row=1)
    assert log.counts == {
        ("a.csv", Word.MISSING_VALUE): KEPT + 5,
        ("a.csv", Word.WRONG_DATATYPE): 1,
        ("b.csv", Word.MISSING_VALUE): 1,
    }
    assert (len(log), len(log.kept), len(every)) == (KEPT + 7, KEPT + 2, KEPT + 7)
    assert max(issue.row for issue in log.kept) == KEPT - 1


def test_value_is_short_and_can_be_stored():
    log = IssueLog()
    log.add(problem("a\0\ud800" + "x" * 300), file="a.csv", row=1)
    assert log.kept[0].value == "a\ufffd\ufffd" + "x" * (VALUE_LENGTH - 4) + "…"


def test_report_opens_in_a_spreadsheet_and_runs_nothing():
    header, *rows = report([problem(value) for value in ("=1+1", "+1", "-1", "@a", "é", "a,\nb")])
    assert header == ["file", "row", "line", "column", "issue", "value", "what is wrong"]
    assert [row[5] for row in rows] == ["'=1+1", "'+1", "'-1", "'@a", "é", "a,\nb"]
    assert rows[0][:5] == ["table.csv", "2", "2", "name", "missing_value"]


def test_report_without_issues_is_its_header():
    assert len(report([])) == 1
