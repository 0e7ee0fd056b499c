"""What a run did, told to people: on the screen, on the run's page, in the dataset of runs."""
