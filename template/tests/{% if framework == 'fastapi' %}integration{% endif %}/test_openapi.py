"""The page at /docs reads the document at /openapi.json, which describes every endpoint."""

import httpx2


async def test_document_describes_the_endpoints(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/openapi.json")

    assert answer.status_code == 200
    described = answer.json()["paths"]
    assert {"/health/live", "/health/ready", "/test/stream"} <= described.keys()
