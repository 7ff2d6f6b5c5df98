"""What `dev.py test --mutants` does: breaks a copy of the code on purpose, and sees whether the tests notice.

First the faults that must never pass, by hand; then mutmut's over tokens/ and notifications/: 85 % must be killed.
"""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from devtools.environment import PYTHON, ROOT, VENV

MIN_SHARE_KILLED = 0.85  # of mutmut's mutants, or the run fails
SIGNS = {"🎉": "killed", "⏰": "killed", "🙁": "survived", "🫥": "survived", "🤔": "survived"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One change that makes the product wrong, and the tests that have to see it."""

    what: str
    file: str
    right: str
    wrong: str
    tests: str


FAULTS = (
    Fault(
        "> for >= at expiry",
        "tokens/models.py",
        "return now >= self.expires_at",
        "return now > self.expires_at",
        "tests/tokens",
    ),
    Fault(
        "no lock while generating",
        "tokens/services.py",
        "Account.objects.select_for_update().get(",
        "Account.objects.get(",
        "tests/faults/test_races.py",
    ),
    Fault(
        "no unique index",
        "tokens/migrations/0001_initial.py",
        "fields=('account', 'scope'), name='token_one_open_per_scope'",
        "fields=('id',), name='token_one_open_per_scope'",
        "tests/tokens/test_models.py",
    ),
    Fault(
        "marked before it is sent",
        "notifications/delivery.py",
        "        provider_id = provider.send(",
        "        settle(email, lease, now=now, state=State.SENT, sent_at=now)\n        provider_id = provider.send(",
        "tests/notifications/test_delivery.py",
    ),
    Fault(
        "given again although it may have been taken",
        "notifications/connections.py",
        "if not (used_before and was_never_taken(error, data_began=data_began)):",
        "if not used_before:",
        "tests/notifications/test_connections.py",
    ),
    Fault(
        "claimed although the outbox is paused",
        "notifications/claims.py",
        "WHERE paused_at IS NOT NULL OR held_until > %(now)s",
        "WHERE held_until > %(now)s",
        "tests/notifications/test_claims.py",
    ),
    Fault(
        "a connection kept after a refused DATA",
        "notifications/connections.py",
        "if not is_about_recipients(error):",
        "if not is_about_recipients(error) and not isinstance(error, smtplib.SMTPResponseException):",
        "tests/notifications/test_connections.py",
    ),
    Fault(
        "an unlocked sweep",
        "notifications/planning.py",
        "if not heartbeats.claim_sweep(now):",
        "if not heartbeats.claim_sweep(now) and not now:",
        "tests/notifications/test_planning.py",
    ),
    Fault(
        "not decided again before sending",
        "notifications/delivery.py",
        "refused := subject.refusal(email, facts, now=now) or exhausted",
        "refused := exhausted",
        "tests/notifications/test_delivery.py",
    ),
    Fault(
        "a new key at every attempt",
        "notifications/delivery.py",
        "key=email.idempotency_key",
        "key=str(random.random())",
        "tests/notifications/test_delivery.py",
    ),
    Fault(
        "a new Message-ID at every attempt",
        "notifications/emails.py",
        '"Message-ID": email.message_id',
        '"Message-ID": __import__("email.utils").utils.make_msgid()',
        "tests/notifications/test_emails.py",
    ),
    Fault(
        "no unique index of notices",
        "notifications/migrations/0004_still_sent.py",
        "fields=('token', 'kind', 'recipient')",
        "fields=('id',)",
        "tests/faults/test_races.py",
    ),
    Fault(
        "a role that changes unseen",
        "notifications/migrations/0006_next_notice_triggers.py",
        "OLD.role <> NEW.role OR ",
        "",
        "tests/notifications/test_schedule.py",
    ),
    Fault(
        "a change during a check forgotten",
        "notifications/schedule.py",
        "NextNotice.objects.filter(pk__in=rows).delete()",
        "NextNotice.objects.filter(next_notice_at__year=1970).delete()",
        "tests/notifications/test_schedule.py",
    ),
    Fault(
        "== for the lead time",
        "notifications/rules.py",
        "if lead_time >= left",
        "if lead_time == left",
        "tests/notifications/test_rules.py",
    ),
    Fault(
        "an event marked without a recipient",
        "notifications/events.py",
        "    if not people:\n        return 0\n",
        "",
        "tests/notifications/test_planning.py",
    ),
    Fault(
        "no account filter on the page",
        "tokens/views/tokens.py",
        "get_object_or_404(account_of(request).tokens, pk=token_id)",
        "get_object_or_404(ApiToken, pk=token_id)",
        "tests/tokens/test_views.py",
    ),
    Fault(
        "no wait for leases",
        "accounts/generation.py",
        "    time.sleep(settings.TOKEN_LEASE * MAX_CLOCK_DRIFT)",
        "    time.sleep(0)",
        "tests/tokens/test_authentication.py",
    ),
    Fault(
        "an older generation kept",
        "tokens/leases.py",
        "                self.values.clear()\n",
        "",
        "tests/tokens/test_leases.py",
    ),
    Fault(
        "no account filter on uses",
        "tokens/usage.py",
        "TokenUse.objects.of_account(account).since(",
        "TokenUse.objects.since(",
        "tests/tokens/test_usage_views.py",
    ),
    Fault(
        "counts that replace each other",
        "tokens/entries.py",
        "calls = old.calls + excluded.calls",
        "calls = excluded.calls",
        "tests/tokens/test_entries.py",
    ),
    Fault(
        "a formula in a CSV",
        "accounts/exports.py",
        'return f"\'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell',
        "return cell",
        "tests/accounts/test_exports.py",
    ),
    Fault(
        "no account filter for recipients",
        "notifications/recipients.py",
        "reachable_administrators().filter(account=account)",
        "reachable_administrators()",
        "tests/notifications/test_planning.py",
    ),
    Fault(
        "a board of replaced tokens alone",
        "tokens/rotation.py",
        "scope=token.scope, ended_at__isnull=False)",
        "scope=token.scope, ended_at__isnull=False, replaced_by__isnull=False)",
        "tests/tokens/test_rotation.py",
    ),
    Fault(
        "lineage of what is hidden or deleted",
        "catalog/queries/lineage.py",
        "condition, points_to_shown(far, step.far_kinds)",
        "condition",
        "tests/catalog/queries/test_lineage.py",
    ),
    Fault(
        "no account filter on suggestions",
        "catalog/queries/suggestions.py",
        '"tag": (Tag.objects.visible_to(account), "label")',
        '"tag": (Tag.objects.all(), "label")',
        "tests/catalog/queries/test_suggestions.py",
    ),
    Fault(
        "a description written over a change",
        "catalog/services/lookups.py",
        'rows.order_by("id").select_for_update(of=("self",), no_key=True)',
        'rows.order_by("id")',
        "tests/faults/test_description_races.py",
    ),
    Fault(
        "two writers who index an asset as each of them sees it",
        "catalog/index/writing.py",
        '"SELECT pg_advisory_xact_lock(%s, %s)"',
        '"SELECT %s, %s"',
        "tests/faults/test_index_races.py",
    ),
    Fault(
        "spreads of no fragment cost nothing",
        "api/graphql/limits.py",
        "else Size(fields=1)",
        "else Size()",
        "tests/api/graphql/test_limits.py",
    ),
)


def run() -> int:
    """0 when every fault was noticed and mutmut's score is high enough."""
    folder = Path(tempfile.mkdtemp(prefix="catalog-mutants-"))
    try:
        copy_project(folder)
        for tests in sorted({fault.tests for fault in FAULTS}):
            if fails(tests, folder):
                print(f"{tests} fails without any fault: mend that first.")
                return 1
        unnoticed = [fault.what for fault in FAULTS if not noticed(fault, folder)]
        score = mutmut(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(FAULTS) - len(unnoticed)} of {len(FAULTS)} faults noticed; mutmut's score {score:.1%}.")
    return int(bool(unnoticed) or score < MIN_SHARE_KILLED)


def copy_project(folder: Path) -> None:
    """A copy of all files that git tracks or would add, linked to this environment."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(VENV)
    folder.chmod(0o755)


def noticed(fault: Fault, folder: Path) -> bool:
    """Whether the tests fail with this fault. It is undone afterwards."""
    path = folder / fault.file
    before = path.read_text()
    if fault.right not in before:
        raise ValueError(f"{fault.file} no longer says {fault.right!r}: mend devtools/mutants.py.")
    path.write_text(before.replace(fault.right, fault.wrong))
    failed = fails(fault.tests, folder)
    path.write_text(before)
    print(f"{'noticed ' if failed else 'NOT SEEN'}  {fault.what}", flush=True)
    return failed


def fails(tests: str, folder: Path) -> bool:
    command = [str(PYTHON), "-m", "pytest", "-x", "-m", "not long", tests]
    return subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, check=False).returncode == 1


def mutmut(folder: Path) -> float:
    """The share of mutmut's mutants that the tests kill; the others are printed by name."""
    print("Now mutmut, about ten minutes …", flush=True)
    alone = {"CATALOG_TEST_SERVERS": "none", "VAR_DIR": str(folder / "var")}
    command = [str(VENV / "bin" / "mutmut"), "run"]
    done = subprocess.run(command, cwd=folder, env=os.environ | alone, capture_output=True, text=True, check=False)
    counts = dict(re.findall(r"(🎉|⏰|🙁|🫥|🤔) +(\d+)", done.stdout.rpartition("\r")[2] or done.stdout[-200:]))
    names = subprocess.run(
        [str(VENV / "bin" / "mutmut"), "results"],
        cwd=folder, env=os.environ | alone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(names.stdout)
    killed = sum(int(count) for sign, count in counts.items() if SIGNS[sign] == "killed")
    return killed / max(1, sum(map(int, counts.values())))
