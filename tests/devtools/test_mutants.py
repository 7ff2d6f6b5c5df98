import pytest

from devtools.environment import ROOT
from devtools.mutants import FAULTS


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_is_made_of_what_the_code_says_and_tests_that_there_are(fault):
    assert fault.right in (ROOT / fault.file).read_text()
    assert (ROOT / fault.tests).exists()
