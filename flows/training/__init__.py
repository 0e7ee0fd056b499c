"""Training of the taggers, from annotated articles to the files that the pipeline runs."""
