"""Takes the demo away, and only it: what people entered themselves stays, with what it needs."""

from collections import defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import Q

from crmsite.demo.people import NOTE, noted
from crmsite.demo.world import SOURCE
from customers.models import Customer, Tag, User
from customers.record import Record
from metrics.models import QualityCheck, SegmentStay
from surveys.models import Answer, Invitation

ROOMS = ("customers", "sales", "support", "surveys", "metrics")
Ids = dict[type[models.Model], set[int]]
NOTED = (User, Group, Tag)  # these name no source; the log says which ones are ours
# Written by the house itself for whatever it finds, so it goes with the survey it belongs to.
BY_ITSELF = {Invitation: "survey", Answer: "survey"}


@transaction.atomic
def remove() -> tuple[dict[str, int], dict[str, int]]:
    """How many rows went, and how many of the demo's stay because records of people's own point at them."""
    going = demo_rows()
    QualityCheck.objects.filter(owner__in=going[User]).delete()  # what a morning noted of people of the demo
    SegmentStay.objects.filter(customer__in=going[Customer]).delete()  # and who of its customers fitted a rule
    kept = needed(going)
    lock_out(kept.get(User, set()))
    counts: dict[str, int] = {}
    for model, condition in [*parts(going), *((model, Q(pk__in=ids)) for model, ids in going.items())]:
        gone = model._base_manager.filter(condition)._raw_delete("default") or 0
        name = str(model._meta.verbose_name_plural).capitalize()
        counts[name] = counts.get(name, 0) + gone
    words = {str(model._meta.verbose_name_plural): len(ids) for model, ids in kept.items() if ids}
    return {name: count for name, count in counts.items() if count}, words


def demo_rows() -> Ids:
    rows: Ids = {}
    for model in records():
        rows[model] = set(model._base_manager.filter(mine(model)).values_list("pk", flat=True))
    for model in NOTED:
        rows[model] = noted(model)
    return rows


def mine(model: type[models.Model]) -> Q:
    by_itself = Q(**{f"{BY_ITSELF[model]}__source": SOURCE}) if model in BY_ITSELF else Q()
    return Q(source=SOURCE) | by_itself if by_itself else Q(source=SOURCE)


def records() -> list[type[models.Model]]:
    found = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return [model for model in found if issubclass(model, Record) and model._meta.managed]


def needed(going: Ids) -> Ids:
    """The demo's rows that rows of people's own point at, and whatever those point at in turn; taken out of going."""
    kept: Ids = defaultdict(set)
    while found := pointed_at(going, kept):
        for model, ids in found.items():
            kept[model] |= ids
            going[model] -= ids
    if any(kept[model] for model in NOTED):
        keepers = LogEntry.objects.filter(user__in=going[User], change_message=NOTE).values_list("user", flat=True)
        kept[User] |= set(keepers)
        going[User] -= set(keepers)
    return kept


def pointed_at(going: Ids, kept: Ids) -> Ids:
    found: Ids = defaultdict(set)
    for model in everything():
        links = [(link.attname, link.related_model) for link in foreign_keys(model) if link.related_model in going]
        if not links:
            continue
        for row in own(model, going, kept).values_list(*(name for name, _ in links)).distinct():
            for (_, target), id in zip(links, row, strict=True):
                if id in going[target]:
                    found[target].add(id)
    return found


def own(model: type[models.Model], going: Ids, kept: Ids) -> models.QuerySet:
    """The rows of a model that stay."""
    rows = model._base_manager.all()
    if model in NOTED:
        return rows.exclude(pk__in=going[model])
    if model in going:
        return rows.filter(~mine(model) | Q(pk__in=kept[model]))
    parent = parent_of(model)
    return rows.exclude(**{f"{parent.attname}__in": going[parent.related_model]}) if parent else rows


def parts(going: Ids) -> Iterator[tuple[type[models.Model], Q]]:
    """Rows without a source of their own that belong to rows that go."""
    for model in everything():
        parent = parent_of(model) if model not in going else None
        if parent:
            yield model, Q(**{f"{parent.attname}__in": going[parent.related_model]})


def parent_of(model: type[models.Model]) -> models.ForeignKey | None:
    """The link to what a row is a part of: its first one that cascades."""
    links = [link for link in foreign_keys(model) if link.remote_field.on_delete is models.CASCADE]
    first = links[0] if links else None
    return first if first and (first.related_model in NOTED or issubclass(first.related_model, Record)) else None


def foreign_keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def everything() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def lock_out(users: set[int]) -> None:
    """People of the demo who have to stay can no longer sign in."""
    for user in User.objects.filter(pk__in=users):
        user.is_active = False
        user.set_unusable_password()
        user.save()
