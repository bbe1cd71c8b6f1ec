"""What can be done with a record, once for the list and once for its own page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from customers.desk import ActionForm, RecordAdmin, verb_action
from customers.desk.page import VerbPages, verb_page


def always(row: Any) -> bool:
    return True


@dataclass(frozen=True)
class Verb:
    """A verb as staff see it; `when` says of a row whether its button makes sense."""

    name: str
    words: str
    service: Callable[..., Model]
    form: type[ActionForm] | None = None
    icon: str = ""
    when: Callable[[Any], bool] = always


class VerbsAdmin(VerbPages, RecordAdmin):
    """A page with verbs: actions of the list, and buttons on the record."""

    verbs: tuple[Verb, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.actions = [verb_action(verb.name, verb.words, verb.service, form=verb.form) for verb in cls.verbs]
        cls.actions_detail = [f"{verb.name}_here" for verb in cls.verbs]
        for verb in cls.verbs:
            page = verb_page(verb.name, verb.words, verb.service, form=verb.form or ActionForm, icon=verb.icon)
            setattr(cls, f"{verb.name}_here", page)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        buttons = super().get_actions_detail(request, object_id)
        row = self.get_queryset(request).filter(pk=object_id).first() if buttons else None
        sensible = {f"{verb.name}_here" for verb in self.verbs if row is not None and verb.when(row)}
        return [button for button in buttons if button.action_name.split("_", 2)[2] in sensible]
