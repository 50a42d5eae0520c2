"""system.applicationHost/applicationPools: the pools with their process model, recycling and failure settings.

Knows no sites and no processes. compiler.py makes a PoolPlan of one with the functions below.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from pydantic import Field

from hwebcore.plan import CpuSettings, FailureSettings, ProcessSettings, RecyclingSettings
from model.sections.section import OWN, Section


class ProcessModel(Section):
    identity_type: Literal["LocalSystem", "LocalService", "NetworkService", "SpecificUser", "ApplicationPoolIdentity"] = "ApplicationPoolIdentity"
    user_name: str = ""
    idle_timeout_s: float = Field(1200.0, alias="idleTimeout")
    idle_timeout_action: Literal["Terminate", "Suspend"] = "Terminate"
    max_processes: int = 1
    shutdown_time_limit_s: float = Field(90.0, alias="shutdownTimeLimit")
    startup_time_limit_s: float = Field(90.0, alias="startupTimeLimit")
    pinging_enabled: bool = True
    ping_interval_s: float = Field(30.0, alias="pingInterval")
    ping_response_time_s: float = Field(90.0, alias="pingResponseTime")
    log_events: tuple[str, ...] = Field(("IdleTimeout",), alias="logEventOnProcessModel")


class ScheduleEntry(Section):
    value_s: float = Field(0.0, alias="value")


class PeriodicRestart(Section):
    memory_kb: int = Field(0, alias="memory")
    private_memory_kb: int = Field(0, alias="privateMemory")
    requests: int = 0
    time_s: float = Field(104400.0, alias="time")
    schedule: tuple[ScheduleEntry, ...] = ()


class Recycling(Section):
    disallow_overlapping_rotation: bool = False
    disallow_rotation_on_config_change: bool = False
    log_events: tuple[str, ...] = Field(RecyclingSettings().log_events, alias="logEventOnRecycle")
    periodic_restart: PeriodicRestart = PeriodicRestart()


class Failure(Section):
    load_balancer_capabilities: Literal["TcpLevel", "HttpLevel"] = "HttpLevel"
    rapid_fail_protection: bool = True
    rapid_fail_protection_interval_s: float = Field(300.0, alias="rapidFailProtectionInterval")
    rapid_fail_protection_max_crashes: int = 5
    orphan_worker_process: bool = False
    orphan_action_exe: str = ""
    orphan_action_params: str = ""
    auto_shutdown_exe: str = ""
    auto_shutdown_params: str = ""


class Cpu(Section):
    limit: int = 0
    action: Literal["NoAction", "KillW3wp", "Throttle", "ThrottleUnderLoad"] = "NoAction"
    reset_interval_s: float = Field(300.0, alias="resetInterval")
    is_affinitized: bool = Field(False, alias="smpAffinitized")
    affinity_mask: int = Field(0xFFFFFFFF, alias="smpProcessorAffinityMask")
    affinity_mask_high: int = Field(0xFFFFFFFF, alias="smpProcessorAffinityMask2")
    processor_group: int = 0


class EnvironmentVariable(Section):
    name: str = ""
    value: str = ""


class AppPool(Section):
    name: str = ""
    queue_length: int = 1000
    auto_start: bool = True
    enable_32_bit: bool = Field(False, alias="enable32BitAppOnWin64")
    managed_runtime_version: str = ""
    managed_pipeline_mode: Literal["Integrated", "Classic"] = "Integrated"
    start_mode: Literal["OnDemand", "AlwaysRunning"] = "OnDemand"
    process_model: ProcessModel = ProcessModel()
    recycling: Recycling = Recycling()
    failure: Failure = Failure()
    cpu: Cpu = Cpu()
    environment_variables: tuple[EnvironmentVariable, ...] = ()


#: The pool's own word for how many threads run WSGI applications and blocking code in one worker. IIS has none that a pool could
#: set: .NET's maxWorkerThreads stands in machine.config alone (cfg, system.web/processModel). IIS hands it to w3wp unread.
THREADS = "POOLHOUSE_THREADS"
_MOST_THREADS = 1000


def threads_of(pool: AppPool) -> int | None:
    """What THREADS says, None where nothing usable stands there."""
    value = next((variable.value for variable in pool.environment_variables if variable.name == THREADS), "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 and 1 <= int(value) <= _MOST_THREADS else None


class ApplicationPools(Section):
    SECTION: ClassVar[str] = "system.applicationHost/applicationPools"

    pools: tuple[AppPool, ...] = Field((), alias=OWN)


def process_settings(pool: AppPool) -> ProcessSettings:
    model = pool.process_model
    return ProcessSettings(
        idle_timeout_s=model.idle_timeout_s,
        startup_time_limit_s=model.startup_time_limit_s,
        shutdown_time_limit_s=model.shutdown_time_limit_s,
        pinging_enabled=model.pinging_enabled,
        ping_interval_s=model.ping_interval_s,
        ping_response_time_s=model.ping_response_time_s,
        max_processes=model.max_processes,
        identity_type=model.identity_type,
        user_name=model.user_name,
        log_idle_timeout="IdleTimeout" in model.log_events,
        environment=tuple((variable.name, variable.value) for variable in pool.environment_variables),
        always_running=pool.start_mode == "AlwaysRunning",
        auto_start=pool.auto_start,
        queue_length=pool.queue_length,
        threads=threads_of(pool) or ProcessSettings().threads,
    )


def not_executed(pool: AppPool) -> tuple[str, ...]:
    """What the pool asks for and this server does not do, as sentences."""
    name, asked = f'The pool "{pool.name}"', []
    if pool.cpu.limit and pool.cpu.action.startswith("Throttle"):
        asked.append(f"{name} has a cpu limit with action {pool.cpu.action}: it is told when the limit is passed, and nothing is slowed here")
    if pool.cpu.is_affinitized and pool.cpu.processor_group:
        asked.append(f"{name} has processorGroup {pool.cpu.processor_group}: there is one group of processors here, the first")
    if pool.process_model.idle_timeout_action == "Suspend" and pool.process_model.idle_timeout_s:
        asked.append(f"{name} has idleTimeoutAction Suspend: an idle worker is ended here, and started again on demand")
    if threads_of(pool) is None and any(variable.name == THREADS for variable in pool.environment_variables):
        asked.append(f"{name} has a {THREADS} that is no number from 1 to {_MOST_THREADS}: its workers have {ProcessSettings().threads} threads")
    return tuple(asked)


def recycling_settings(pool: AppPool) -> RecyclingSettings:
    periodic = pool.recycling.periodic_restart
    return RecyclingSettings(
        disallow_overlapping_rotation=pool.recycling.disallow_overlapping_rotation,
        disallow_rotation_on_config_change=pool.recycling.disallow_rotation_on_config_change,
        time_s=periodic.time_s,
        requests=periodic.requests,
        private_memory_kb=periodic.private_memory_kb,
        virtual_memory_kb=periodic.memory_kb,
        schedule_s=tuple(sorted(entry.value_s for entry in periodic.schedule)),
        log_events=pool.recycling.log_events,
    )


def failure_settings(pool: AppPool, program: Callable[[str], str]) -> FailureSettings:
    """`program`: the program of this system that a configured path means, "" for none."""
    failure = pool.failure
    return FailureSettings(
        rapid_fail_protection=failure.rapid_fail_protection,
        rapid_fail_interval_s=failure.rapid_fail_protection_interval_s,
        rapid_fail_max_crashes=failure.rapid_fail_protection_max_crashes,
        load_balancer_tcp=failure.load_balancer_capabilities == "TcpLevel",
        orphan=failure.orphan_worker_process,
        orphan_program=(program(failure.orphan_action_exe), failure.orphan_action_params),
        shutdown_program=(program(failure.auto_shutdown_exe), failure.auto_shutdown_params),
    )


def programs(pool: AppPool) -> tuple[tuple[str, str], ...]:
    """(attribute, path) of each program that the pool names."""
    named = (("orphanActionExe", pool.failure.orphan_action_exe), ("autoShutdownExe", pool.failure.auto_shutdown_exe))
    return tuple((name, path) for name, path in named if path)


def cpu_settings(pool: AppPool) -> CpuSettings:
    cpu = pool.cpu
    mask = cpu.affinity_mask | cpu.affinity_mask_high << 32 if cpu.is_affinitized else 0
    return CpuSettings(cpu.limit, cpu.action == "KillW3wp", cpu.reset_interval_s, mask)
