"""Which department answers for a link of the chain where no office is named (requirements 4.3)."""

from zhian.kernel import rules
from zhian.kernel.rules import Content, Example


class LinkDepartments(Content, frozen=True):
    """Content of a pack of kind `link_departments`: department codes by link."""

    departments: dict[str, str]
    otherwise: str

    def of(self, link: str) -> str:
        """The code of the department for the link."""
        return self.departments.get(link, self.otherwise)


def _holds(content: LinkDepartments, example: Example) -> bool:
    return content.of(example["link"]) == str(example["department"])


DEPARTMENTS = rules.kind("link_departments", LinkDepartments, check=_holds)
