"""Health endpoints for the orchestrator (C5, C11)."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from .dependencies import ServicesDep
from .errors import problem_response
from .problems import Problem, domain_problem

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> dict[str, str]:
    """Tell that the process runs; touches nothing else."""
    return {"status": "alive"}


@router.get("/ready", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Problem}})
async def ready(services: ServicesDep) -> Response:
    """Tell whether the database answers."""
    problem = await services.readiness.problem()
    if problem:
        return problem_response(domain_problem(problem))
    return JSONResponse({"status": "ready"})
