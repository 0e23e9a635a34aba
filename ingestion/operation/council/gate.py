"""The gate: all that a council's worker reaches of the club.

It stands before Airflow, which listens to this machine alone, and lets through what is the council's own:

    /<council>/edge_worker/v1/…  to Airflow's edge API, signed anew
    /<council>/execution/…       to Airflow's execution API, for tasks that were handed out to this council
    /<council>/club/…            ours: joined, what is known already, packages
"""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingestion.collect.known import known_fingerprints
from ingestion.collect.waiting import keep_package
from ingestion.errors import ClubError
from ingestion.operation.council.gate_rules import (
    EDGE,
    EXECUTION,
    Forwarded,
    RefusedError,
    edge_request,
    execution_request,
    own_job,
    split,
)
from ingestion.operation.council.tokens import shows, sign, subject_of
from ingestion.outbox import make_private_folder
from ingestion.returns.catalogue import find_return
from ingestion.settings import MEBIBYTE, Settings
from ingestion.warehouse.councils import (
    Invitation,
    council_secret,
    find_invitation,
    note_handed_out,
    note_joined,
    was_handed_out,
)

log = structlog.get_logger()

# Of everything but packages: states, heartbeats, pieces of logs.
MOST_BYTES = 2 * MEBIBYTE
OWN = "club"
_BACK = ("content-type", "refreshed-api-token", "airflow-api-version")
_ON = ("content-type", "accept", "airflow-api-version")

_Answer = Callable[[Request, Invitation], Awaitable[Response]]


class Gate:
    """The gate of one club."""

    def __init__(self, settings: Settings, airflow: str, jwt_secret: str) -> None:
        """Stand before the Airflow at this address, whose own secret is `jwt_secret`."""
        self._settings = settings
        self._jwt_secret = jwt_secret
        self._airflow = httpx.AsyncClient(base_url=airflow, timeout=60, trust_env=False)

    def app(self) -> Starlette:
        """Return the gate as an ASGI application."""
        verbs = ["GET", "POST", "PUT", "PATCH"]
        routes = [
            Route(f"/{{council}}/{root}/{{rest:path}}", self._guarded(answer), methods=verbs)
            for root, answer in ((EDGE, self._edge), (EXECUTION, self._execution), (OWN, self._own))
        ]
        return Starlette(routes=routes)

    def _guarded(self, answer: _Answer) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            council = request.path_params["council"]
            try:
                invitation = await run_in_threadpool(find_invitation, self._settings, council)
                if invitation is None:
                    raise RefusedError(f"{council} has no invitation.")
                response = await answer(request, invitation)
            except RefusedError as problem:
                log.warning("refused", council=council, why=str(problem))
                return JSONResponse({"detail": str(problem)}, 403)
            except ClubError as problem:
                log.warning("not taken", council=council, why=str(problem))
                return JSONResponse({"detail": str(problem)}, 422)
            return response

        return respond

    async def _edge(self, request: Request, invitation: Invitation) -> Response:
        council, rest = invitation.authority_code, request.path_params["rest"]
        self._require_secret(request, invitation, rest)
        forwarded = edge_request(council, request.method, split(rest), await _body(request))
        answer = await self._send(request, forwarded, sign(self._jwt_secret, rest))
        if forwarded.is_fetch and answer.status_code == httpx.codes.OK and (job := answer.json()):
            await run_in_threadpool(note_handed_out, self._settings, invitation, own_job(council, job))
        return _passed_back(answer)

    async def _execution(self, request: Request, invitation: Invitation) -> Response:
        council, rest = invitation.authority_code, request.path_params["rest"]
        token = request.headers.get("authorization", "")
        task = subject_of(token.removeprefix("Bearer ")) or ""
        if not await run_in_threadpool(was_handed_out, self._settings, invitation, task):
            raise RefusedError(f"The task {task or 'without a token'} was not handed out to {council}.")
        forwarded = execution_request(council, request.method, split(rest), await _body(request), task)
        return _passed_back(await self._send(request, forwarded, token))

    async def _own(self, request: Request, invitation: Invitation) -> Response:
        council, rest = invitation.authority_code, request.path_params["rest"]
        self._require_secret(request, invitation, rest)
        match (request.method, split(rest)):
            case ("POST", ["joined"]):
                await run_in_threadpool(note_joined, self._settings, invitation)
                return Response(status_code=204)
            case ("GET", ["known", code]):
                known = await run_in_threadpool(
                    known_fingerprints, self._settings, find_return(code).code, council
                )
                return JSONResponse(known)
            case ("PUT", ["packages"]):
                return JSONResponse({"return": await self._take_package(request, council)}, 201)
        raise RefusedError(f"The worker of {council} may not {request.method} {rest}.")

    async def _take_package(self, request: Request, council: str) -> str:
        folder = self._settings.packages
        make_private_folder(folder)
        with tempfile.NamedTemporaryFile(prefix=".arriving-", dir=folder, delete=False) as draft:
            path = Path(draft.name)
            try:
                size = 0
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > self._settings.max_streamed_bytes:
                        raise ClubError(f"A package may have {self._settings.max_streamed_bytes:,} bytes at most.")
                    draft.write(chunk)
                draft.flush()
                return await run_in_threadpool(keep_package, self._settings, council, path)
            finally:
                path.unlink(missing_ok=True)

    def _require_secret(self, request: Request, invitation: Invitation, method: str) -> None:
        token = request.headers.get("authorization", "")
        if not shows(token, council_secret(self._settings, invitation), method):
            raise RefusedError("The request was not signed with the secret of an invitation that holds.")

    async def _send(self, request: Request, forwarded: Forwarded, authorization: str) -> httpx.Response:
        headers = {name: value for name in _ON if (value := request.headers.get(name))}
        try:
            return await self._airflow.request(
                request.method, forwarded.path, params=request.url.query,
                content=forwarded.body, headers=headers | {"authorization": authorization},
            )  # fmt: skip
        except httpx.TransportError:
            return httpx.Response(502, json={"detail": "Airflow does not answer."})


def _passed_back(answer: httpx.Response) -> Response:
    headers = {name: value for name in _BACK if (value := answer.headers.get(name))}
    return Response(answer.content, answer.status_code, headers)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RefusedError(f"A request may have {MOST_BYTES:,} bytes at most.")
    return bytes(body)
