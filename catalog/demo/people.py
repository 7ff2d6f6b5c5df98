"""Who is there: people, teams, and people as sources know them."""

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.models import Team, User
from catalog.demo.draft import Draft
from catalog.demo.reading import Facts, read_facts
from catalog.models import SourceUser

DOMAIN = "acme.test"


def add_people(draft: Draft) -> None:
    """Enter who is missing at once, without passwords: they set one by a link."""
    facts = read_facts("people")
    draft.people = {name: entered(draft, name, said) for name, said in facts["people"].items()}
    for name, said in facts["teams"].items():
        draft.teams[name] = draft.add(Team(name=name, **said))
    for person, said in facts["people"].items():
        for team in said.get("teams", ()):
            draft.add(Team.members.through(team=draft.teams[team], user=draft.people[person]))


def entered(draft: Draft, name: str, said: Facts) -> User:
    email = f"{name}@{DOMAIN}"
    user: User | None = User.objects.filter(account=draft.account, email=email).first()
    if user is None:
        role = User.Role(said.get("role", User.Role.VIEWER))
        user = services.create_user(email, account=draft.account, role=role, by=COMMAND_LINE, now=draft.now)
    if not user.first_name:
        first, _, last = said["name"].partition(" ")
        changes: services.UserChanges = {"first_name": first, "last_name": last}
        services.change_user(user, changes=changes, shown=user.version, by=COMMAND_LINE, now=draft.now)
    return user


def add_source_users(draft: Draft) -> None:
    by_email = {user.email: user for user in draft.people.values()}
    for source, users in read_facts("people")["users"].items():
        for external_id, said in users.items():
            user = by_email.get(said.get("email"))
            row = SourceUser(source=draft.sources[source], external_id=external_id, **said, user=user)
            draft.source_users[f"{source} {external_id}"] = draft.add(row)
