"""One batch of documents through every stage: bytes in, checked rows in a shard out."""
