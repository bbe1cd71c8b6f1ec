"""What the list of runs can be asked."""

from customers.doors import RecordFilter, operators
from metrics.models import Run


class RunFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = Run
        fields = operators(Run, "kind", "status", "through", "started_at", "finished_at")
