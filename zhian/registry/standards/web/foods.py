"""The food trees: one standard's categories step by step, with the limits that bind at each."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhian.foundation.offices.policies import signed_in
from zhian.kernel import clock
from zhian.kernel.lists import Pager
from zhian.kernel.pages import render
from zhian.registry.standards import policies, selectors
from zhian.registry.standards.models import FoodNode, Limit
from zhian.registry.standards.vocabulary import market_name

ROWS_A_PAGE = 50


@require_GET
def food_tree(request: HttpRequest) -> HttpResponse:
    """A standard, one of its categories, what lies below it and which limits bind there today."""
    user = signed_in(request.user)
    trees = list(selectors.food_trees())
    node = selectors.node_by_key(request.GET.get("node", ""))
    asked = str(node.standard_id) if node is not None else request.GET.get("standard", "")
    tree = next((one for one in trees if str(one.pk) == asked), trees[0] if trees else None)
    visible = policies.limits_visible_to(user)
    context = {
        "title": _("Food categories"),
        "trees": [(one, market_name(one.market), one == tree) for one in trees],
        "tree": tree,
        "node": node,
        "path": selectors.node_path(node) if node is not None else [],
        "children": selectors.categories_below(tree, node) if tree is not None else [],
    }
    if node is not None:
        context |= _binding(node, visible, request.GET.get("page", ""))
    return render(request, "standards/foods.html", context)


def _binding(node: FoodNode, visible: QuerySet[Limit], number: str) -> dict[str, Any]:
    """One page of the limits that bind a category; lists for all foods bind it by the thousand."""
    pages = Paginator(selectors.binding_at(node, clock.today(), visible), ROWS_A_PAGE)
    page = pages.get_page(number)
    here = f"?node={node.pk}"
    pager = Pager(
        prev=f"{here}&page={page.previous_page_number()}" if page.has_previous() else None,
        next=f"{here}&page={page.next_page_number()}" if page.has_next() else None,
        number=page.number,
        count=pages.num_pages,
    )
    return {"binding": list(page), "total": pages.count, "pager": pager}
