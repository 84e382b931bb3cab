"""The organiser's screens of the first stage: cities, indicators, figures, classes, and fetching from the BDL."""
