"""Labels, categories and sentences of sections and features, in our own words. Data only; knows nothing else."""
