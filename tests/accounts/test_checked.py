from unittest.mock import Mock

from accounts.checked import Checked, check_once


def test_what_is_checked_once_is_not_checked_again():
    rule, other = Mock(), Mock()
    assert check_once(rule, [1]) == check_once(rule, Checked(rule, [1])) == [1]
    assert rule.call_count == 1
    check_once(other, Checked(rule, [1]))
    other.assert_called_once_with([1])
