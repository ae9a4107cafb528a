import type { MaintenanceWindow, MaintenanceWindowInput, Occurrence } from '@aiops/contract/model/maintenance'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { StoredWindow } from '../../port/maintenance-repository.ts'
import { checkWindow } from './check-window.ts'
import type { MaintenanceConfig } from './config.ts'
import type { Maintenance, MaintenanceDeps } from './index.ts'
import { dueMs, keepWindow, withdraw } from './keeper.ts'
import { occurrencesOf, type Span } from './recurrence.ts'

const previewMax = 10

/** Windows in memory and on disk, and the keeper that makes silences of them. A resolved promise means on disk and in force. */
export function createMaintenance(deps: MaintenanceDeps, config: MaintenanceConfig): Maintenance {
  const { clock, random, repository, log } = deps
  const windows = new Map<string, StoredWindow>()
  /** When there is something to do for a window, and when that was worked out: a clock may go back. */
  const due = new Map<string, { seenMs: number; atMs: number }>()
  const serial = new SerialExecutor('maintenance windows', 1_000)
  const settings = { aheadMs: durationMs(config.ahead) }
  const cancels: (() => void)[] = []
  const failures = deps.metrics.counter(
    'aiops_maintenance_failures_total',
    'Occurrences that could not be made a silence or announced; they are tried again.',
  )
  deps.metrics.gauge('aiops_maintenance_windows', 'Maintenance windows, by state.', ['state'], (gauge) => {
    for (const state of ['PENDING', 'ACTIVE', 'ENDED'] as const)
      gauge.set(
        { state },
        [...windows.values()].filter((one) => stateOf(one, clock.now()).state === state).length,
      )
  })

  const found = (tenant: TenantId, id: string): StoredWindow => {
    const window = windows.get(keyOf(tenant, id))
    if (!window) throw new Fault('NOT_FOUND', `There is no maintenance window ${id.slice(0, 64)}.`)
    return window
  }

  async function keep(window: StoredWindow): Promise<StoredWindow> {
    const kept = await keepWindow(deps, settings, window)
    const key = keyOf(kept.tenant_id, kept.id)
    windows.set(key, kept)
    due.set(key, { seenMs: clock.now(), atMs: dueMs(kept, settings, clock.now()) })
    return kept
  }

  async function put(
    tenant: TenantId,
    id: string,
    input: MaintenanceWindowInput,
    actor: string,
  ): Promise<MaintenanceWindow> {
    checkWindow(input)
    const before = windows.get(keyOf(tenant, id))
    if (!before) checkRoom(tenant, 1)
    const at = isoTime(clock.now())
    const window: StoredWindow = {
      ...{ ...input, id, tenant_id: tenant, updated_at: at },
      ...{ created_by: before?.created_by ?? actor, created_at: before?.created_at ?? at },
      made: before?.made ?? [],
    }
    await repository.save(window)
    windows.set(keyOf(tenant, id), window)
    return shown(await keep(window), clock.now())
  }

  function checkRoom(tenant: TenantId, added: number): void {
    const count = [...windows.values()].filter((one) => one.tenant_id === tenant).length
    if (count + added > config.windows_max)
      throw new Fault(
        'CONFLICT',
        `A tenant may have ${config.windows_max} maintenance windows (maintenance.windows_max); remove some.`,
      )
  }

  /** One that fails is tried again at the next look, and keeps no other from its turn. */
  async function look(): Promise<void> {
    for (const window of [...windows.values()]) {
      try {
        const at = due.get(keyOf(window.tenant_id, window.id))
        const isDue = !at || clock.now() >= at.atMs || clock.now() < at.seenMs
        if (isDue && windows.has(keyOf(window.tenant_id, window.id))) await keep(window)
      } catch (error) {
        failures.inc()
        log.error({ window: window.id, error: messageOf(error) }, 'a maintenance window could not be kept')
      }
    }
  }

  return {
    async start() {
      for (const window of await repository.all()) windows.set(keyOf(window.tenant_id, window.id), window)
      await serial.run(look)
      cancels.push(
        clock.every(durationMs(config.keep_every), () => {
          serial.run(look).catch((error: unknown) => {
            log.error({ error: messageOf(error) }, 'maintenance windows could not be looked at')
          })
        }),
      )
    },
    async stop() {
      for (const cancel of cancels.splice(0)) cancel()
      await serial.idle()
    },
    list: (tenant) =>
      [...windows.values()]
        .filter((one) => one.tenant_id === tenant)
        .map((window) => shown(window, clock.now()))
        .sort(inOrder),
    get: (tenant, id) => shown(found(tenant, id), clock.now()),
    occurrences: (tenant, id, limit) => occurrencesOf(found(tenant, id), clock.now(), limit).map(told),
    create: (tenant, input, actor) => serial.run(() => put(tenant, random.uuid(clock.now()), input, actor)),
    update: (tenant, id, input) => serial.run(() => put(tenant, id, input, found(tenant, id).created_by)),
    delete: (tenant, id) =>
      serial.run(async () => {
        const window = found(tenant, id)
        await withdraw(deps, window, window.made)
        await repository.delete(tenant, id)
        windows.delete(keyOf(tenant, id))
        due.delete(keyOf(tenant, id))
      }),
    takeOver: (tenant, given, actor) =>
      serial.run(async () => {
        for (const { input } of given) checkWindow(input)
        checkRoom(tenant, given.filter(({ id }) => !windows.has(keyOf(tenant, id))).length)
        const made: MaintenanceWindow[] = []
        for (const { id, input } of given) made.push(await put(tenant, id, input, actor))
        return made
      }),
    draft(id, input, actor) {
      checkWindow(input)
      const at = isoTime(clock.now())
      return shown(
        { ...input, id, tenant_id: '', created_by: actor, created_at: at, updated_at: at, made: [] },
        clock.now(),
      )
    },
    async preview(tenant, input) {
      checkWindow(input)
      const preview = await deps.silences.preview(tenant, input.matchers)
      return { ...preview, occurrences: occurrencesOf(input, clock.now(), previewMax).map(told) }
    },
  }
}

const keyOf = (tenant: TenantId, id: string): string => `${tenant} ${id}`
const told = ({ startMs, endMs }: Span): Occurrence => ({
  starts_at: isoTime(startMs),
  ends_at: isoTime(endMs),
})

function stateOf(window: StoredWindow, nowMs: number): Pick<MaintenanceWindow, 'state' | 'next'> {
  const [next] = occurrencesOf(window, nowMs, 1)
  if (!next) return { state: 'ENDED', next: null }
  return { state: next.startMs <= nowMs ? 'ACTIVE' : 'PENDING', next: told(next) }
}

function shown({ tenant_id: _, made, ...window }: StoredWindow, nowMs: number): MaintenanceWindow {
  const silences = made.filter(({ endMs }) => endMs > nowMs).map(({ silenceId }) => silenceId)
  return { ...window, ...stateOf({ ...window, tenant_id: '', made }, nowMs), silences }
}

function inOrder(a: MaintenanceWindow, b: MaintenanceWindow): number {
  const order = ['ACTIVE', 'PENDING', 'ENDED']
  const dateOf = ({ state, next, starts_at }: MaintenanceWindow): number =>
    next ? Date.parse(state === 'ACTIVE' ? next.ends_at : next.starts_at) : -Date.parse(starts_at)
  return order.indexOf(a.state) - order.indexOf(b.state) || dateOf(a) - dateOf(b) || (a.id < b.id ? -1 : 1)
}
