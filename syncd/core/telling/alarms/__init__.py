"""What a human must hear of though nothing else leaves (I26): what is wrong, and who has heard of it since."""
