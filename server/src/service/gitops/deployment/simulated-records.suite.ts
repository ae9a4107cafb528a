import { Fault } from '../../../kernel/fault.ts'
import {
  type DeploymentRepository,
  holdsService,
  isFinal,
  type KillSwitch,
  type StoredDeployment,
} from '../../../port/deployment-repository.ts'
import type { Process, Schedule } from './simulated-schedule.suite.ts'

type Row = { stored: StoredDeployment; holder: string | null; leaseMs: number; appliedMs: number | null }

/** Deployments in memory, as the port says; shared by all processes of a simulation. */
export class SimulatedRecords {
  readonly rows = new Map<string, Row>()
  kill: KillSwitch = { on: false, by: null, at: null, reason: null }
  readonly #schedule: Schedule
  swapped: (stored: StoredDeployment) => void = () => undefined
  isFrozen: () => boolean = () => false
  claimed: (process: Process, stored: StoredDeployment) => void = () => undefined

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  #applied(sinceMs: number): number {
    return [...this.rows.values()].filter(({ appliedMs }) => appliedMs !== null && appliedMs > sinceMs).length
  }

  #open(): Row[] {
    return [...this.rows.values()].filter(({ stored }) => holdsService(stored.deployment.state))
  }

  seenBy(process: Process): DeploymentRepository {
    const records = this
    const call = <T>(name: string, effect: () => T): Promise<T> =>
      this.#schedule.call(process, `records.${name}`, effect)
    const copy = (row: Row | undefined): StoredDeployment | undefined => row && structuredClone(row.stored)
    const absent = (): never => {
      throw new Error('not simulated')
    }
    return {
      insert: (stored, openMax) =>
        call('insert', () => {
          const { id, service } = stored.deployment
          if (this.rows.has(id)) return
          const open = this.#open()
          if (open.some(({ stored: other }) => other.deployment.service === service))
            throw new Fault('CONFLICT', 'One of the service is under way.')
          if (openMax !== null && open.length >= openMax)
            throw new Fault('CONFLICT', 'Too many are under way.')
          this.rows.set(id, { stored: structuredClone(stored), holder: null, leaseMs: 0, appliedMs: null })
        }),
      swap: (stored, { holder, claim }) =>
        call('swap', () => {
          if (claim && this.kill.on) return 'STOPPED'
          const limit = claim?.limit
          if (limit && this.#applied(limit.sinceMs) >= limit.max) return 'LIMIT'
          const row = this.rows.get(stored.deployment.id)
          if (!row || row.stored.revision !== stored.revision) return 'MOVED'
          if (holder !== null && row.holder !== holder) return 'MOVED'
          row.stored = structuredClone({ ...stored, revision: stored.revision + 1 })
          if (claim) row.appliedMs = claim.atMs
          if (claim) this.claimed(process, row.stored)
          this.swapped(row.stored)
          return 'SWAPPED'
        }),
      get: (_tenant, id) => call('get', () => copy(this.rows.get(id))),
      due: (nowMs, limit) =>
        call('due', () =>
          [...this.rows.values()]
            .filter(({ stored }) => !isFinal(stored.deployment.state) && stored.work.dueMs <= nowMs)
            .slice(0, limit)
            .map(({ stored }) => ({ tenant: 'default', id: stored.deployment.id })),
        ),
      acquire: (_tenant, id, { holder, nowMs, untilMs }) =>
        call('acquire', () => {
          const row = this.rows.get(id)
          if (!row || (row.holder !== null && row.holder !== holder && row.leaseMs > nowMs)) return undefined
          Object.assign(row, { holder, leaseMs: untilMs })
          return copy(row)
        }),
      release: (_tenant, id, holder) =>
        call('release', () => {
          const row = this.rows.get(id)
          if (row?.holder === holder) row.holder = null
        }),
      counts: (_tenant, sinceMs) =>
        call('counts', () => ({ open: this.#open().length, applied: this.#applied(sinceMs) })),
      async killSwitch() {
        const kill = await call('killSwitch', () => ({ ...records.kill }))
        process.seen.frozen = records.isFrozen()
        return kill
      },
      ...{ list: absent, unreviewed: async () => [], said: absent, drift: absent },
      ...{ setKillSwitch: absent, saveDrift: absent },
    }
  }
}
