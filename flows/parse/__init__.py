"""Raw document -> header, body, footer, by profile."""
