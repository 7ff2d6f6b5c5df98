import pytest

from ingestion.filenames import Family, FileName, read_name

WAREHOUSE, VIZ, DBT, QUALITY = Family.WAREHOUSE, Family.VIZ, Family.DBT, Family.QUALITY


@pytest.mark.parametrize(
    ("name", "uploaded_as", "form_name", "told"),
    [
        ("1764201600-table.csv", WAREHOUSE, "", FileName(1764201600, "table", WAREHOUSE)),
        ("1764201600_Table.CSV", WAREHOUSE, "", FileName(1764201600, "table", WAREHOUSE)),
        ("1764201600123-dashboards.csv", VIZ, "", FileName(1764201600, "dashboards", VIZ)),
        ("1764201600-table.csv", VIZ, "", FileName(1764201600, None, VIZ)),
        ("table.csv", WAREHOUSE, "", FileName(None, "table", WAREHOUSE)),
        ("176420160-table.csv", WAREHOUSE, "", FileName(None, None, WAREHOUSE)),
        ("1764201600-1764201600-table.csv", WAREHOUSE, "", FileName(1764201600, None, WAREHOUSE)),
        ("١٧٦٤٢٠١٦٠٠-table.csv", WAREHOUSE, "", FileName(None, None, WAREHOUSE)),
        ("table.csv", WAREHOUSE, "1764201600-table.csv", FileName(None, "table", WAREHOUSE)),
        ("1764201600-ta", WAREHOUSE, "1764201600-table.csv", FileName(1764201600, "table", WAREHOUSE)),
        ("1764201600-manual_lineage.csv", VIZ, "", FileName(1764201600, "manual_lineage", Family.MANUAL)),
        ("anything.txt", Family.MANUAL, "", FileName(None, "manual_lineage", Family.MANUAL)),
        ("1764201600-manifest.json", DBT, "my project.json", FileName(1764201600, "manifest", DBT)),
        ("1764201600-manifest.json", DBT, "run_results.json", FileName(1764201600, "run_results", DBT)),
        ("1764201600-soda.json", QUALITY, "", FileName(1764201600, "validation", QUALITY)),
        ("1764201600-quality_checks.csv", QUALITY, "", FileName(1764201600, "quality_checks", QUALITY)),
        ("1764201600-summary.json", WAREHOUSE, "", FileName(1764201600, None, WAREHOUSE)),
    ],
)
def test_name_tells_stamp_kind_and_family(name, uploaded_as, form_name, told):
    assert read_name(name, uploaded_as=uploaded_as, form_name=form_name) == told


def test_stamp_is_a_time_in_utc():
    assert str(read_name("1764201600-table.csv", uploaded_as=WAREHOUSE).moment) == "2025-11-27 00:00:00+00:00"
    assert read_name("table.csv", uploaded_as=WAREHOUSE).moment is None
