"""What an import of our own people, of customers and of contacts can carry."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.text import slugify

from customers.choices import CompanySize
from customers.importing.fields import Column, Several, Whole, columns_of
from customers.importing.links import Link, maker
from customers.importing.resources import Draft, Resource
from customers.models import Contact, Customer, Tag, Team, TeamMembership, User

KNOWN_BY = columns_of(Customer, "external_id")
UP_TO = {1: CompanySize.SOLO, 10: CompanySize.MICRO, 50: CompanySize.SMALL, 250: CompanySize.MEDIUM}
UP_TO |= {1000: CompanySize.LARGE}


def name_and_address(text: str) -> tuple[str, str]:
    """Both of `Ada Byron (ada@example.com)`, as some systems write people; one of them may be missing."""
    both = re.fullmatch(r"(.+?)\s*[(<]\s*([^()<>\s]+@[^()<>\s]+)\s*[)>]", text)
    if both:
        return both[1], both[2]
    return ("", text) if "@" in text else (text, "")


def names_of_person(text: str) -> tuple[str, ...]:
    """What somebody may be known by: the address, or else the name."""
    name, address = name_and_address(text)
    return tuple(part for part in (address, name) if part)


def is_meant(text: str, user: User) -> bool:
    """Of people with one name the one with this address, or with none yet."""
    address = name_and_address(text)[1].lower()
    return not address or user.email.lower() in ("", address)


def new_colleague(text: str, **how: Any) -> User:
    """Somebody named in a file: they own records here, and cannot sign in until an administrator lets them."""
    name, address = name_and_address(text)
    first, _, last = name.rpartition(" ")
    base = username = slugify(name or address.partition("@")[0]).replace("-", ".")[:120] or "colleague"
    taken, again = set(User.objects.filter(username__startswith=base).values_list("username", flat=True)), 1
    while username in taken:
        again += 1
        username = f"{base}.{again}"
    user = User(username=username, first_name=first[:150], last_name=last[:150], is_staff=False, **how)
    user.email = address
    user.set_unusable_password()
    user.save()
    return user


def person(name: str, **more: Any) -> Link:
    """A colleague, by user name, full name or address."""
    ways = ("username", "full_name", "email")
    return Link(name, to=User, ways=ways, create=new_colleague, parts=names_of_person, agrees=is_meant, **more)


def customer(name: str = "customer", **more: Any) -> Link:
    """A customer, by their id in the same system, their name or their address."""
    return Link(name, to=Customer, ways=("external_id", "name", "email"), create=maker(Customer), **more)


class TeamMembers(Resource):
    """Our own people and the teams they work in; whoever is new cannot sign in until somebody lets them."""

    name = "team-members"
    model = TeamMembership
    columns: ClassVar[Sequence[Column]] = [
        person("user", label="Name", required=True),
        Link("team", to=Team, create=maker(Team), required=True),
        person("lead"),
        *columns_of(Team, "office"),
        *columns_of(TeamMembership, "joined_on", "left_on"),
    ]
    match = ("user,joined_on", "user")
    creates: ClassVar[dict[str, dict[str, Any]]] = {"user": {}, "team": {}, "lead": {}}

    def __init__(self) -> None:
        self.described: dict[Any, dict[str, Any]] = {}

    def complete(self, draft: Draft) -> None:
        """Each row also describes the team: who leads it, and from where."""
        team = draft.values.get("team")
        said: dict[str, Any] = {name: draft.values[name] for name in ("lead", "office") if name in draft.values}
        if not team or not said:
            return
        first = self.described.setdefault(team.pk, said)
        for name, value in said.items():
            if first.get(name) != value:
                draft.refuse(name, f"Another row says something else of the team {team}.")
        if first is said and any(getattr(team, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(team, name, value)
            team.save()


class Customers(Resource):
    """Companies and people we deal with."""

    name = "customers"
    model = Customer
    columns: ClassVar[Sequence[Column]] = [
        *KNOWN_BY,
        *columns_of(Customer, "name", required=["name"]),
        *columns_of(Customer, "kind", "email", "phone", "website", "segment", "industry", "country", "region"),
        *columns_of(Customer, "company_size", "birth_year", "gender", "acquisition_channel", "acquisition_campaign"),
        *columns_of(Customer, "lifecycle", "acquired_on", "is_test"),
        Whole("employees", label="Number of employees"),
        person("owner"),
        Several("tags", max_length=40),
    ]

    def complete(self, draft: Draft) -> None:
        """How many people work there says how large the company is."""
        if (count := draft.values.get("employees")) is not None:
            if count < 1:
                draft.refuse("employees", "A company has at least one.")
            size = next((size for most, size in UP_TO.items() if count <= most), CompanySize.HUGE)
            draft.values.setdefault("company_size", size)

    def companions(self, drafts: Sequence[Draft]) -> Iterable[Model]:
        return self.taggings(drafts)

    def rewrite(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Tags are added, never taken away."""
        taggings: list[Any] = list(self.taggings(drafts))
        Customer.tags.through.objects.bulk_create(taggings)
        tagged = {tagging.customer_id for tagging in taggings}
        return [draft for draft in drafts if draft.instance.pk in tagged]

    def taggings(self, drafts: Sequence[Draft]) -> Iterable[Model]:
        words = {word for draft in drafts for word in draft.values.get("tags", ())}
        tags = {word: Tag.objects.get_or_create(name=word)[0] for word in sorted(words)}
        through = Customer.tags.through
        have = set(
            through.objects.filter(
                tag__in=tags.values(), customer__in=[draft.instance for draft in drafts]
            ).values_list("customer_id", "tag_id")
        )
        for draft in drafts:
            for word in draft.values.get("tags", ()):
                if (draft.instance.pk, tags[word].pk) not in have:
                    yield through(customer=draft.instance, tag=tags[word])


class Contacts(Resource):
    """People at customers."""

    name = "contacts"
    model = Contact
    columns: ClassVar[Sequence[Column]] = [
        *KNOWN_BY,
        customer(required=True),
        *columns_of(Contact, "first_name"),
        *columns_of(Contact, "last_name", required=["last_name"]),
        *columns_of(Contact, "email", "phone", "job_title", "is_primary", "do_not_survey"),
    ]


IMPORTS: list[type[Resource]] = [TeamMembers, Customers, Contacts]
