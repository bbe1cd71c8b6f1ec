"""Who may see and change what: one table, asked by every door.

Rights add up over a person's roles. A reach is how far a right goes: none, the rows one owns, those of one's
team-mates, or all.
"""

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from customers.choices import Role

if TYPE_CHECKING:
    from customers.models import User
    from customers.record import Visible


class Reach(IntEnum):
    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3

    @property
    def words(self) -> str:
        return ("nothing", "your records", "your team", "company")[self]


NONE, OWN, TEAM, ALL = Reach


class Grant(NamedTuple):
    view: Reach = NONE
    change: Reach = NONE
    delete: Reach = NONE


READ = Grant(ALL)
FULL = Grant(ALL, ALL, ALL)
WRITE = Grant(ALL, ALL)
MINE = Grant(OWN, OWN)
TEAMS = Grant(TEAM, TEAM)

# Who may do what with which family of records. Not listed is none; adding a row needs a change right.
RIGHTS: dict[str, dict[str, Grant]] = {
    "customers": {
        Role.REP: Grant(TEAM, OWN),
        Role.AGENT: Grant(ALL, OWN),
        Role.LEAD: TEAMS,
        Role.MARKETER: READ,
        Role.MANAGER: WRITE,
    },
    "sales": {Role.REP: MINE, Role.LEAD: TEAMS, Role.MANAGER: WRITE},
    "marketing": {Role.REP: READ, Role.LEAD: READ, Role.MARKETER: FULL, Role.MANAGER: WRITE},
    "leads": {Role.REP: MINE, Role.LEAD: TEAMS, Role.MARKETER: WRITE, Role.MANAGER: WRITE},
    "catalogue": {
        Role.REP: READ,
        Role.AGENT: READ,
        Role.LEAD: READ,
        Role.MARKETER: READ,
        Role.MANAGER: WRITE,
    },
    "support": {Role.AGENT: WRITE, Role.LEAD: TEAMS, Role.MANAGER: WRITE},
    "surveys": {Role.AGENT: Grant(OWN), Role.LEAD: Grant(TEAM), Role.MARKETER: WRITE, Role.MANAGER: WRITE},
    "costs": {Role.MARKETER: WRITE, Role.MANAGER: WRITE},
    "settings": {role: WRITE if role is Role.MANAGER else READ for role in Role},
    "people": dict.fromkeys(Role, READ),
    "nights": {Role.MANAGER: READ},
    "tokens": {role: Grant(OWN, OWN, OWN) for role in Role},
}

OUT_OF_REACH = "Choose yourself or somebody whose records you may change."


def person(request: Any) -> "User":
    """Who is asking, behind a door that only people with a right pass."""
    return request.user


def roles_of(user: Any) -> frozenset[str]:
    """The roles of a user, read once per object."""
    if not hasattr(user, "_roles"):
        user._roles = frozenset(user.groups.values_list("name", flat=True))
    return user._roles


def reach(user: Any, family: str, verb: str) -> Reach:
    """How far the right to `verb` (view, change, delete) goes for this person in this family of records."""
    if not (user and user.is_authenticated and user.is_active):
        return NONE
    roles = roles_of(user)
    if user.is_superuser or Role.ADMIN in roles:
        return ALL
    grants = RIGHTS[family]
    return max((getattr(grants[role], verb) for role in roles if role in grants), default=NONE)


def rows(model: "type[Visible]", user: Any, verb: str) -> Q:
    """The condition that keeps the rows of `model` this person may `verb`."""
    far = reach(user, model.family, verb)
    if far is ALL or (far and verb == "view" and not model.owned_by):  # what nobody owns is shared by all who look
        return Q()
    if far is NONE or not model.owned_by:
        return Q(pk__in=[])
    if far is OWN:
        return Q(**{model.owned_by: user})
    return Q(**{f"{model.owned_by}__in": user.team_mates()})


def within_reach(row: "Visible", user: Any, verb: str) -> bool:
    """Whether a row, saved or not, is one this person may `verb`."""
    far = reach(user, row.family, verb)
    if far is ALL or far is NONE:
        return far is ALL
    owner: Any = row
    for step in filter(None, row.owned_by.split("__")):
        owner = getattr(owner, step, None)
        if owner is None:
            return False
    if owner is row:
        return verb == "view"
    return owner == user or (far is TEAM and user.team_mates().filter(pk=owner.pk).exists())
