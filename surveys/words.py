"""How each kind of survey asks, where nobody wrote a question of their own."""

from typing import NamedTuple

from surveys.choices import SurveyKind


class Words(NamedTuple):
    """A question and what the two ends of its scale mean."""

    question: str
    low: str
    high: str


USUAL = {
    SurveyKind.NPS: Words("How likely are you to recommend us to a friend?", "Not at all likely", "Extremely likely"),
    SurveyKind.CSAT: Words("How satisfied are you with the help you received?", "Very dissatisfied", "Very satisfied"),
    SurveyKind.CES: Words("How easy was it to get what you needed?", "Very difficult", "Very easy"),
    SurveyKind.PATIENT: Words("How would you rate your visit with us?", "Worst possible", "Best possible"),
}
