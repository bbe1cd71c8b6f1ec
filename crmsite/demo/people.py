"""Us: the people who sign in, the teams they work in, and the keys the demo is opened with."""

import json
import os
import secrets
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError
from django.db import models, transaction

from crmsite.demo.world import World
from customers import tokens
from customers.choices import Role
from customers.models import ApiToken, Team, TeamMembership, User

NOTE = "Written by the demo."
NAMED = {
    Role.REP: ("Sofie", "Lindqvist"),
    Role.AGENT: ("Milan", "Petrov"),
    Role.LEAD: ("Henrike", "Voss"),
    Role.MARKETER: ("Aylin", "Demir"),
    Role.MANAGER: ("Robert", "Okafor"),
    Role.ADMIN: ("Jana", "Kowalska"),
}
# Team, office, and its sellers; the first one leads it.
SALES_TEAMS = {
    "North": ("Hamburg", ("lead", "rep", "Tim Harms", "Greta Olsen")),
    "South": ("Munich", ("Veronika Huber", "Luca Moretti", "Daniel Egger", "Nina Roth")),
    "West": ("London", ("Charlotte Webb", "Pierre Lacroix", "Ines Carvalho", "Noah Ferguson")),
    "Overseas": ("New York", ("Maya Sullivan", "Trevor Banks", "Lily Chen")),
}
HELP_TEAMS = {
    "Support Europe": ("Hamburg", ("lead", "agent", "Katja Wolter", "Omar Haddad")),
    "Support Americas": ("Boston", ("Joan Whitfield", "Carlos Medina")),
}


@transaction.atomic
def open_doors() -> dict[str, User]:
    """The roles, one named user for each, and the API token; what is there already is left alone."""
    logins = read_logins()
    users: dict[str, User] = {}
    for role in (Role.ADMIN, *(role for role in Role if role is not Role.ADMIN)):
        users[str(role)] = named_user(role, logins[role], keeper=users.get("admin"))
    for role in Role:
        group, is_new = Group.objects.get_or_create(name=role)
        if is_new:
            note(users["admin"], group)
        users[role].groups.add(group)
    open_api(users["admin"], logins["token"])
    return users


def are_here() -> bool:
    """Whether the demo's own six can sign in already."""
    six = User.objects.filter(pk__in=noted(User), username__in=Role.values, is_active=True)
    return six.count() == len(Role) and ApiToken.objects.filter(user__in=six).exists()


def read_logins() -> dict[str, str]:
    """The passwords by role and the token, from the file that keeps them; made up at the first call."""
    kept = Path(os.environ.get("PLUMB_DEMO_LOGINS") or settings.VAR_DIR / "demo-logins.json")
    if kept.exists():
        return {str(name): str(word) for name, word in json.loads(kept.read_text()).items()}
    logins = {str(role): secrets.token_urlsafe(9) for role in Role}
    logins["token"] = f"plumb_{secrets.token_hex(4)}_{secrets.token_hex(20)}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(logins, indent=1))
    return logins


def named_user(role: Role, password: str, *, keeper: User | None) -> User:
    first, last = NAMED[role]
    user = User.objects.filter(username=role).first()
    if user is None:
        user = User(username=role, first_name=first, last_name=last, email=f"{role}@example.com", is_staff=True)
        user.is_superuser = role is Role.ADMIN
        user.set_password(password)
        user.save()
        note(keeper or user, user)
        return user
    if not is_noted(user):
        raise CommandError(f"A user named '{role}' is here already. Rename them before you fill the demo in.")
    if not user.check_password(password):
        user.set_password(password)
        user.is_active = True
        user.save()
    return user


def open_api(user: User, token: str) -> None:
    digest = tokens.digest(token)
    if not ApiToken.objects.filter(digest=digest).exists():
        ApiToken.objects.create(user=user, name="Demo", prefix=token.split("_")[1][:12], digest=digest)


def note(keeper: User, row: models.Model) -> None:
    """Users, roles and tags name no source; that the demo made them stands in the staff site's own log."""
    kind = ContentType.objects.get_for_model(row)
    LogEntry.objects.create(
        user=keeper,
        content_type=kind,
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=ADDITION,
        change_message=NOTE,
    )


def noted(model: type[models.Model]) -> set[int]:
    """The rows of a model that the demo made, by its notes in the log."""
    kind = ContentType.objects.get_for_model(model)
    ids = LogEntry.objects.filter(content_type=kind, change_message=NOTE).values_list("object_id", flat=True)
    return {int(id) for id in ids if id}


def is_noted(row: models.Model) -> bool:
    return row.pk in noted(type(row))


def tell(world: World) -> None:
    """Fifteen more people and six teams; one seller came later, one changed teams."""
    world.people = {role: User.objects.get(username=role) for role in Role}
    groups = {group.name: group for group in Group.objects.filter(name__in=Role.values)}
    members: dict[str, list[User]] = {}
    for teams, role in ((SALES_TEAMS, Role.REP), (HELP_TEAMS, Role.AGENT)):
        for name, (office, people) in teams.items():
            users = [colleague(world, person) for person in people]
            for user in users:
                user.groups.add(groups[role])
            users[0].groups.add(groups[Role.LEAD])
            label = world.free(Team, "name", f"Sales {name}" if role is Role.REP else name)
            world.teams[name] = world.add(Team, name=label, office=office, lead=users[0])
            members[name] = users
    world.sellers = [user for name in SALES_TEAMS for user in members[name]]
    world.agents = [user for name in HELP_TEAMS for user in members[name] if user not in world.sellers]
    seat(world, members)
    world.save()


def colleague(world: World, name: str) -> User:
    """A person by role or by full name; those by full name have no password and cannot sign in."""
    if name in world.people:
        return world.people[name]
    first, last = name.split()
    username = f"{first}.{last}".lower()
    user = User(username=username, first_name=first, last_name=last, email=f"{username}@example.com", is_staff=True)
    user.set_unusable_password()
    if User.objects.filter(username=username).exists():
        user.username = f"{username}.demo"
    user.save()
    note(world.people["admin"], user)
    world.people[name] = user
    return user


def seat(world: World, members: dict[str, list[User]]) -> None:
    """Who sat in which team from when on."""
    since = world.days.first - timedelta(days=420)
    moved, late = world.people["Nina Roth"], world.people["Noah Ferguson"]
    switch = world.days.part(0.55)
    seated: set[int] = set()
    for name, users in members.items():
        for user in users:
            if user.pk in seated:
                continue
            seated.add(user.pk)
            world.team_of[user.pk] = world.teams[name]
            if user == moved:
                sit(world, user, "West", since, switch)
            sit(world, user, name, {moved.pk: switch, late.pk: world.days.part(0.3)}.get(user.pk, since))


def sit(world: World, user: User, team: str, joined: date, left: date | None = None) -> None:
    world.add(TeamMembership, user=user, team=world.teams[team], joined_on=joined, left_on=left)
