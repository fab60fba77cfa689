"""Measures a rendered service against a hand-written limit; see README.md in this folder.

Options are answers: --data-layer sqlalchemy (the default) or asyncpg, --pool pooled (the default) or nullpool,
--framework fastapi (the default) or tornado.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import copier
import httpx2

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "benchmark"
PROJECT = BUILD / "project"
CLIENTS = 32
STARTS = 24  # the same program is faster or slower by a fifth from one start to the next
ROUNDS = 5  # of each start
SECONDS = 1.0  # each round: short, so that what else the machine does meets both
READY = 60.0  # seconds until a server answers
LIMITS = {"fastapi": ("limit.py", "warning"), "tornado": ("limit_tornado.py", "info")}
"""What a framework is compared with, and the level of the log: Tornado has an access log, a bare function none."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Figures:
    latencies: list[float] = field(default_factory=list[float])
    cpu: float = 0.0
    wall: float = 0.0

    @property
    def throughput(self) -> float:
        return len(self.latencies) / self.wall

    @property
    def cpu_per_request(self) -> float:
        return self.cpu / len(self.latencies)

    def line(self, name: str) -> str:
        return (
            f"{name:8} {self.throughput:7.0f} requests/s"
            f"  {1e6 * self.cpu_per_request:6.0f} us CPU/request"
            f"  p50 {1e3 * self.percentile(50):6.1f} ms  p99 {1e3 * self.percentile(99):6.1f} ms"
        )

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.latencies, n=100)[percent - 1]


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-layer", choices=("sqlalchemy", "asyncpg"), default="sqlalchemy")
    parser.add_argument("--pool", choices=("pooled", "nullpool"), default="pooled")
    parser.add_argument("--framework", choices=("fastapi", "tornado"), default="fastapi")
    answers: dict[str, str] = vars(parser.parse_args())
    framework = answers["framework"]
    render(answers)
    embedded = "from my_service.runtime.embedded import embedded_postgres as e; import sys\n"
    code = f"{embedded}from pathlib import Path\nwith e(Path(sys.argv[1])) as u: print(u, flush=True); input()"
    database = subprocess.Popen(
        [python(), "-c", code, BUILD / "data"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert database.stdout
        url = database.stdout.readline().strip()
        measure(url, *LIMITS[framework])
    finally:
        database.communicate("\n")


def render(answers: dict[str, str]) -> None:
    shutil.rmtree(BUILD, ignore_errors=True)
    template = BUILD / "template"
    for part in ("includes", "template"):
        shutil.copytree(ROOT / part, template / part)
    shutil.copy2(ROOT / "copier.yml", template)
    copier.run_copy(str(template), PROJECT, data=answers, defaults=True, unsafe=False, quiet=True)
    subprocess.run([ROOT / "scripts" / "uv", "sync", "--quiet", "--project", PROJECT], check=True)


def measure(url: str, limit_program: str, log_level: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "LOG_LEVEL": log_level}
    subprocess.run(
        [python(), "-m", "my_service", "migrate"], cwd=PROJECT, env=environment, check=True
    )
    limits, services = list[Figures](), list[Figures]()
    for _ in range(STARTS):
        with (
            started([python(), "-m", "my_service", "serve"], environment) as rendered,
            started([python(), Path(__file__).with_name(limit_program)], environment) as by_hand,
        ):
            limits.append(Figures())
            services.append(Figures())
            take_turns((by_hand, limits[-1]), (rendered, services[-1]))
    service = total(services)
    sys.stdout.write(f"{total(limits).line('limit')}\n{service.line('service')}\n")
    cpu = compared(services, limits, lambda figures: figures.cpu_per_request)
    throughput = compared(services, limits, lambda figures: figures.throughput)
    ratio = service.percentile(99) / service.percentile(50)
    verdict = "below 8" if ratio < 8 else "NOT below 8"
    sys.stdout.write(
        f"service: {cpu} x the limit's CPU, {throughput} x its requests/s (the mean of {STARTS} starts,"
        f" +- its standard error); p99 / p50 = {ratio:.1f}, {verdict}\n"
    )
    if ratio >= 8:
        sys.exit(1)


def total(starts: list[Figures]) -> Figures:
    return Figures(
        [latency for start in starts for latency in start.latencies],
        sum(start.cpu for start in starts),
        sum(start.wall for start in starts),
    )


def compared(
    services: list[Figures], limits: list[Figures], figure: Callable[[Figures], float]
) -> str:
    """Compare within each start: what else the machine does changes more slowly than that."""
    ratios = [
        figure(ours) / figure(by_hand) for ours, by_hand in zip(services, limits, strict=True)
    ]
    return f"{statistics.mean(ratios):.3f} +- {statistics.stdev(ratios) / len(ratios) ** 0.5:.3f}"


def take_turns(by_hand: tuple[Server, Figures], rendered: tuple[Server, Figures]) -> None:
    account = new_account(rendered[0])
    asyncio.run(until_ready(by_hand[0], account))
    turns = [by_hand, rendered]
    for _ in range(ROUNDS):
        for server, figures in turns:
            asyncio.run(load(server, account, figures))
        turns.reverse()  # what the first leaves behind, such as a warm cache, helps either


def new_account(server: Server) -> str:
    """Wait until the service answers, and open an account."""
    new = {"owner": "benchmark", "currency": "EUR", "opening_balance": 1}
    deadline = time.monotonic() + READY
    while True:
        try:
            answer = httpx2.post(
                f"http://127.0.0.1:{server.port}/accounts", json=new, trust_env=False
            )
        except httpx2.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return str(answer.raise_for_status().json()["id"])


@contextmanager
def started(command: list[object], environment: dict[str, str]) -> Generator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    with (BUILD / f"{port}.log").open("w") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=PROJECT,
            env={**environment, "SERVER_PORT": str(port)},
            stderr=log,
        )
    server = Server(port, process.pid)
    try:
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def until_ready(server: Server, account: str) -> None:
    deadline = time.monotonic() + READY
    while True:
        try:
            await client(server, account, Figures(), time.monotonic() + 0.2)
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def load(server: Server, account: str, figures: Figures) -> None:
    cpu, started_at = server.cpu(), time.monotonic()
    end = started_at + SECONDS
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(client(server, account, figures, end))
    figures.cpu += server.cpu() - cpu
    figures.wall += time.monotonic() - started_at


async def client(server: Server, account: str, figures: Figures, end: float) -> None:
    request = f"GET /accounts/{account} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    while (began := time.monotonic()) < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        if b"chunked" in head:
            await reader.readuntil(b"0\r\n\r\n")
        else:
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        figures.latencies.append(time.monotonic() - began)
    writer.close()


def python() -> str:
    return str(PROJECT / ".venv" / "bin" / "python")


if __name__ == "__main__":
    main()
