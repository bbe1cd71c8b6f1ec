"""What an import of sales records can carry."""

from customers.importing.resources import Resource
from sales.imports.campaigns import CampaignRecipients
from sales.imports.catalogue import Products
from sales.imports.deals import Deals
from sales.imports.leads import Leads
from sales.imports.orders import Orders
from sales.imports.plans import Costs, Quotas
from sales.imports.subscriptions import Subscriptions

IMPORTS: list[type[Resource]] = [Products, Leads, Deals, Orders, Subscriptions, Costs, Quotas, CampaignRecipients]
