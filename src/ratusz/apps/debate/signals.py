"""What others may listen to."""

from django.dispatch import Signal

# Sent once the row is saved, inside its transaction: `recommendation`, a debate.Recommendation.
recommendation_handed_on = Signal()
recommendation_withdrawn = Signal()
