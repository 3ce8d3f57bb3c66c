"""Open innovation platforms: where firms and researchers try things with the cities: the tables."""

from kuutio.innovation.models.answers import (
    Answer,
    Attachment,
    Confidential,
    InnovationDesk,
    ProposalCity,
    TrialProposal,
)
from kuutio.innovation.models.challenges import Challenge, ChallengeCity, ChallengeTestbed, Criterion, Question
from kuutio.innovation.models.concepts import Adoption, Concept, ConceptVersion, Developer
from kuutio.innovation.models.learnings import Learning, LearningCity, LearningDataset, Reuse
from kuutio.innovation.models.matching import Findable, Profile, Term
from kuutio.innovation.models.solutions import DataSeen, Lacking, Need, NeededDataset, RunsIn, Solution
from kuutio.innovation.models.test_users import Consent, Invitation, TestFeedback, TestRound, TestUser
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
    "Adoption",
    "Agreement",
    "Answer",
    "Attachment",
    "Booking",
    "Challenge",
    "ChallengeCity",
    "ChallengeTestbed",
    "Concept",
    "ConceptVersion",
    "Confidential",
    "Consent",
    "Criterion",
    "DataSeen",
    "Developer",
    "DiaryEntry",
    "Feedback",
    "Findable",
    "InnovationDesk",
    "Invitation",
    "Lacking",
    "Learning",
    "LearningCity",
    "LearningDataset",
    "Measure",
    "MeasureValue",
    "Need",
    "NeededDataset",
    "Opening",
    "Profile",
    "ProposalCity",
    "Question",
    "Reuse",
    "Risk",
    "RunsIn",
    "Solution",
    "Technology",
    "Term",
    "TestFeedback",
    "TestRound",
    "TestUser",
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
