"""The page at /docs reads the document at /openapi.json, which describes every endpoint."""

import httpx2


async def test_document_describes_the_endpoints(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/openapi.json")

    assert answer.status_code == 200
    described = answer.json()["paths"]
    assert {"/health/live", "/health/ready", "/test/stream"} <= described.keys()
    ready = described["/health/ready"]["get"]["responses"]
    assert [list(ready[status]["content"]) for status in ("200", "422", "503")] == [
        ["application/json"],
        ["application/problem+json"],
        ["application/problem+json"],
    ]
