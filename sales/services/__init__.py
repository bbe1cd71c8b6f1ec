"""What people do in sales: one module a trade, one function a verb."""
