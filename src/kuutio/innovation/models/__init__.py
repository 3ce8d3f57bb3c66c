"""Open innovation platforms: where firms and researchers try things with the cities: the tables."""

from kuutio.innovation.models.answers import Answer, Attachment, Confidential, ProposalCity, TrialProposal
from kuutio.innovation.models.challenges import Challenge, ChallengeCity, ChallengeTestbed, Criterion, Question
from kuutio.innovation.models.testbeds import Booking, Opening, Testbed, TestbedResource
from kuutio.innovation.models.trials import (
    Agreement,
    DiaryEntry,
    Feedback,
    Measure,
    MeasureValue,
    Risk,
    Trial,
    TrialCity,
    TrialDataset,
    TrialEvent,
)
from kuutio.innovation.models.words import Technology, Theme, TrialKind

__all__ = [
    "Agreement",
    "Answer",
    "Attachment",
    "Booking",
    "Challenge",
    "ChallengeCity",
    "ChallengeTestbed",
    "Confidential",
    "Criterion",
    "DiaryEntry",
    "Feedback",
    "Measure",
    "MeasureValue",
    "Opening",
    "ProposalCity",
    "Question",
    "Risk",
    "Technology",
    "Testbed",
    "TestbedResource",
    "Theme",
    "Trial",
    "TrialCity",
    "TrialDataset",
    "TrialEvent",
    "TrialKind",
    "TrialProposal",
]
