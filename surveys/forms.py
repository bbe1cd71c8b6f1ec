"""The one form a stranger fills in."""

from typing import Any

from django import forms

from customers.edge import EdgeForm
from surveys.models import Survey
from surveys.services.answers import LONGEST_COMMENT

LONGEST_ROW = 21


class AnswerForm(EdgeForm, forms.Form):
    """A score on the survey's scale and, if they like, some words."""

    score = forms.TypedChoiceField(
        coerce=int,
        error_messages={"required": "Please choose a score.", "invalid_choice": "Please choose one of the scores."},
    )
    comment = forms.CharField(required=False, max_length=LONGEST_COMMENT)

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scores = range(survey.scale_min, survey.scale_max + 1)
        self.fields["score"].choices = [(score, str(score)) for score in self.scores]  # type: ignore[attr-defined]

    @property
    def fits_in_a_row(self) -> bool:
        return len(self.scores) <= LONGEST_ROW

    @property
    def chosen(self) -> int | None:
        """The score to show as chosen: what was sent, else what the link suggests."""
        said = self["score"].value()
        return int(said) if str(said) in {str(score) for score in self.scores} else None
