"""The handbook: what every number means, written from the declarations, so that it cannot say anything else."""
