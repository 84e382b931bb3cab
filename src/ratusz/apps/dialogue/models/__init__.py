"""The rows of the Dialogue Session: the day, its people, the seating plan, the day itself, notes, afterwards."""

from ratusz.apps.dialogue.models.after import Contact, Feedback, FeedbackGiven
from ratusz.apps.dialogue.models.day import CheckIn, Hall, HallMessage, Printing
from ratusz.apps.dialogue.models.feeds import PersonalFeed
from ratusz.apps.dialogue.models.notes import Note, NoteSheet, TableRecord, Theme
from ratusz.apps.dialogue.models.people import (
    DifferentPeople,
    Host,
    MeetingWish,
    Needs,
    Quota,
    Registration,
    RegistrationGroup,
    SeatingRule,
    TopicChoice,
)
from ratusz.apps.dialogue.models.plan import PlanChange, Seat, SeatingPlan
from ratusz.apps.dialogue.models.session import (
    AgendaVersion,
    Block,
    CityQuestion,
    Profession,
    Room,
    Round,
    Session,
    Stakeholder,
    Table,
    Topic,
)

__all__ = [
    "AgendaVersion",
    "Block",
    "CheckIn",
    "CityQuestion",
    "Contact",
    "DifferentPeople",
    "Feedback",
    "FeedbackGiven",
    "Hall",
    "HallMessage",
    "Host",
    "MeetingWish",
    "Needs",
    "Note",
    "NoteSheet",
    "PersonalFeed",
    "PlanChange",
    "Printing",
    "Profession",
    "Quota",
    "Registration",
    "RegistrationGroup",
    "Room",
    "Round",
    "Seat",
    "SeatingPlan",
    "SeatingRule",
    "Session",
    "Stakeholder",
    "Table",
    "TableRecord",
    "Theme",
    "Topic",
    "TopicChoice",
]
