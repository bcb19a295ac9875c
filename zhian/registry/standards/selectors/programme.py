"""What may be read of the standards programme: the board, its projects, adoption rates."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhian.registry.standards.lifecycles import PROJECT
from zhian.registry.standards.models import (
    AdoptedStandard,
    Comment,
    Edition,
    Project,
    Standard,
)
from zhian.registry.standards.vocabulary import (
    HOME,
    Adoption,
    EditionState,
    Stage,
)


@dataclass(frozen=True)
class StageColumn:
    """One column of the board."""

    stage: Stage
    projects: list[Project]


@dataclass(frozen=True)
class Rate:
    """A share as its two numbers; nobody types a percentage."""

    adoption: str
    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share in per cent; None of nothing."""
        return round(100 * self.count / self.of, 1) if self.of else None


def projects() -> QuerySet[Project]:
    """Every project with its owners and how many comments it has."""
    return Project.objects.select_related("office", "officer").annotate(
        comment_count=Count("comments"),
        waiting_count=Count("comments", filter=Q(comments__answer="")),
    )


def years() -> list[int]:
    """The years of the programme, newest first."""
    found = Project.objects.order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(found))


def board(year: int) -> list[StageColumn]:
    """The projects of a year by stage; every stage stands there, even an empty one."""
    rows = list(projects().filter(year=year).order_by("due_on", "number"))
    return [StageColumn(stage, [p for p in rows if p.stage == stage]) for stage in Stage]


def late(project: Project, today: date) -> bool:
    """Whether the day of the plan has passed and the standard is not published."""
    return project.due_on < today and project.stage not in _ENDED


_ENDED = {Stage.PUBLISHED, Stage.IN_FORCE, Stage.STOPPED}


def open_steps(project: Project) -> list[str]:
    """The steps a project may take from where it stands."""
    steps = [step.name for step in PROJECT.open_steps(project.stage)]
    return [name for name in steps if name != "draft_rapidly" or project.rapid]


def comments_of(project: Project) -> QuerySet[Comment]:
    """The public comments on a project's draft, oldest first."""
    return Comment.objects.filter(project=project).select_related("answered_by").order_by("serial")


def open_for_comment(today: date) -> QuerySet[Project]:
    """Drafts on which anyone may comment today."""
    return Project.objects.filter(stage=Stage.COMMENT, comment_until__gte=today).order_by(
        "comment_until", "number"
    )


def draft_shown(project_id: int) -> Project | None:
    """A draft the public may read: one that was laid open at some time."""
    return Project.objects.filter(pk=project_id, comment_until__isnull=False).first()


def home_standards(today: date) -> QuerySet[Standard]:
    """Our standards of which an edition is in force."""
    in_force = Edition.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=today),
        standard=OuterRef("pk"),
        state=EditionState.ACTIVE,
        effective_from__lte=today,
    )
    return Standard.objects.filter(Exists(in_force), market=HOME).order_by("code")


def adopted(degree: str) -> Q:
    """Standards that adopt at a degree ("" for those that adopt nothing)."""
    any_of = AdoptedStandard.objects.filter(standard=OuterRef("pk"))
    return Q(Exists(any_of.filter(degree=degree))) if degree else ~Q(Exists(any_of))


def adoption_rates(today: date) -> list[Rate]:
    """Of our standards in force: how many adopt an international one, by degree, and none. S131."""
    degrees = ("", *Adoption.values)
    counts = {degree or "none": Count("pk", filter=adopted(degree)) for degree in degrees}
    found = home_standards(today).aggregate(total=Count("pk"), **counts)
    return [Rate(degree, found[degree or "none"], found["total"]) for degree in degrees]
