"""Leads over the API."""

from customers.doors import RecordViewSet, verb
from sales import filters
from sales.models import Lead
from sales.serializers import words
from sales.serializers.deals import DealSerializer
from sales.serializers.leads import LeadSerializer
from sales.services import leads
from sales.viewsets.making import making


class LeadViewSet(RecordViewSet):
    queryset = Lead.objects.all()
    serializer_class = LeadSerializer
    filterset_class = filters.LeadFilter
    ordering_fields = ("created_at", "first_contacted_at", "qualified_at", "converted_at", "changed_at")

    contact = verb("contact", leads.contact_lead, words.When)
    qualify = verb("qualify", leads.qualify_lead, words.When)
    disqualify = verb("disqualify", leads.disqualify_lead, words.When)
    requalify = verb("requalify", leads.requalify_lead, words.When)
    mark_spam = verb("mark_spam", leads.mark_spam, words.When)
    mark_duplicate = verb("mark_duplicate", leads.mark_duplicate, words.DuplicateWords)
    convert = verb("convert", leads.convert_lead, words.ConvertWords)
    pursue = making("pursue", leads.pursue_lead, words.PursueWords, DealSerializer)
