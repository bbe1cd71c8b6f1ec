"""What every page for staff is made of: lists, forms, rows inside forms, filters and actions, within one's rights."""

from customers.desk.action import ActionForm, verb_action
from customers.desk.admin import RecordAdmin
from customers.desk.form import RecordForm
from customers.desk.inline import HistoryInline, RowInline

__all__ = ["ActionForm", "HistoryInline", "RecordAdmin", "RecordForm", "RowInline", "verb_action"]
