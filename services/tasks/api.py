"""The inner HTTP API of the tasks service: one router for each subject."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from services.tasks.approvals import api as approvals
from services.tasks.approvals import api_deeds as approval_deeds
from services.tasks.arrears import api as arrears
from services.tasks.attachments import api as attachments
from services.tasks.attachments.ports import Shelf
from services.tasks.boards import api as boards
from services.tasks.burden import api as burden
from services.tasks.dispatch import api as dispatch
from services.tasks.duties import api as duties
from services.tasks.edge import Check
from services.tasks.inspections import api as inspections
from services.tasks.ledger import api as ledger
from services.tasks.ledger import api_by_hand, api_deadlines, api_extensions, api_lights, api_links
from services.tasks.measures import api as measures
from services.tasks.orders import api as orders
from services.tasks.orders import api_deeds as order_deeds
from services.tasks.orders import api_directory as order_directory
from services.tasks.orders import api_knowledge as knowledge
from services.tasks.orders import api_proposals as order_proposals
from services.tasks.permissions import permit
from services.tasks.plans import api as plans
from services.tasks.plans import api_rules
from services.tasks.problems import api as problems
from services.tasks.projects import api as projects
from services.tasks.radar import api as radar
from services.tasks.rectifications import api as rectifications
from services.tasks.rectifications import api_rules as rectification_rules
from services.tasks.requests import api as requests
from services.tasks.sheets import api as sheets
from services.tasks.sheets import api_forms as forms
from services.tasks.summaries import api as summaries
from services.tasks.units import api as units
from services.tasks.units import api_loading, api_succession
from services.tasks.workdays import api as workdays
from shared.database import Database


def build_router(db: Database, check: Check, shelf: Shelf) -> APIRouter:
    """Serve plans, tasks, units and the calendar; every route stands behind the table of `permissions`."""
    router, permitted = APIRouter(), permit(check)
    of_tasks = (ledger, api_by_hand, api_deadlines, api_extensions, api_links, api_lights)
    of_plans, of_units = (plans, api_rules), (units, api_loading, api_succession)
    pressing, of_kinds = (measures, problems, inspections), (duties, projects, arrears, requests, boards)
    of_feeds = (rectifications, rectification_rules, dispatch, approvals, approval_deeds)
    of_orders = (orders, order_deeds, order_directory, order_proposals, knowledge)
    for subject in (
        *of_plans,
        *of_tasks,
        *of_units,
        *pressing,
        *of_kinds,
        *of_feeds,
        *of_orders,
        burden,
        radar,
        sheets,
        forms,
        summaries,
        workdays,
    ):
        router.routes.extend(subject.build_router(db, permitted).routes)
    router.routes.extend(attachments.build_router(db, permitted, shelf).routes)
    _refuse_open_doors(router, permitted)
    return router


def _refuse_open_doors(router: APIRouter, permitted: Check) -> None:
    """Start with no route that does not ask who is there: the table of `permissions` is read by `permitted` alone."""
    for route in router.routes:
        asked = [one.call for one in route.dependant.dependencies] if isinstance(route, APIRoute) else []
        if permitted not in asked:
            raise TypeError(f"the route {route} must depend on `check`")
