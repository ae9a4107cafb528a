import type { Clock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { seededRandom } from '../../../kernel/random.ts'
import { evaluatePolicy } from '../policy/evaluate.ts'
import { defaultPolicy } from '../policy/policy-document.ts'
import type { PolicyContextInput } from '../policy/policy-input.ts'
import { DeploymentConfig, type FreezeConfig } from './config.ts'
import type { FlowDeps, PlanVault } from './flow-deps.ts'
import { activeFreeze } from './freeze.ts'
import {
  SimulatedEngine,
  type SimulatedPlan,
  simulatedEdit,
  simulatedSummary,
  stackOf,
} from './simulated-engine.suite.ts'
import { SimulatedForge } from './simulated-forge.suite.ts'
import { SimulatedRecords } from './simulated-records.suite.ts'
import { type Process, Schedule } from './simulated-schedule.suite.ts'

const policy = defaultPolicy(0).policy
const variables = 'a_provider = aws\nspacer_one = 1\nspacer_two = 2\nb_provider = aws\nspacer_three = 3\n'

/** Forge, engine, records, policy and processes of one interleaving. */
export class World {
  readonly random
  readonly schedule: Schedule
  readonly forge: SimulatedForge
  readonly engine: SimulatedEngine
  readonly records: SimulatedRecords
  readonly config: DeploymentConfig
  readonly freezes: FreezeConfig[] = []
  readonly vault = new Map<string, Uint8Array>()
  context: Partial<PolicyContextInput> = {
    ...{ incident_open: false, prices_stale: false, budget_percent: null, tier: 2, stateful: false },
  }
  isFailing = false
  /** Of people through the API: what they asked for, and what was promised to them. */
  readonly asked: { id: string; by: string; headSha: string; planSha256: string }[] = []
  readonly granted: { id: string; by: string; headSha: string; planSha256: string }[] = []
  readonly processes: Process[] = []

  constructor(seed: number) {
    this.random = seededRandom(seed)
    this.schedule = new Schedule(() => this.random.next())
    this.forge = new SimulatedForge(this.schedule, {
      'prod/main.tf': 'x',
      'prod/terraform.tfvars': variables,
      'docs/a': '',
    })
    this.engine = new SimulatedEngine(this.schedule, variables)
    this.records = new SimulatedRecords(this.schedule)
    this.config = DeploymentConfig.parse({
      checks: [{ name: 'errors', query: 'x', increase_percent_max: 50 }],
    })
    this.config.freezes = this.freezes
    this.records.isFrozen = () => activeFreeze(this.freezes, this.schedule.now) !== undefined
  }

  start(): Process {
    const process: Process = {
      ...{ name: `engine-${this.processes.length}`, alive: true, busy: false },
      seen: { head: '', request: undefined, context: {}, frozen: false },
    }
    this.processes.push(process)
    return process
  }

  get clock(): Clock {
    const never = () => () => undefined
    return {
      now: () => this.schedule.now,
      monotonic: () => this.schedule.now,
      ...{ after: never, every: never, sleep: () => new Promise(() => undefined) },
    }
  }

  depsOf(process: Process): FlowDeps {
    const { schedule, records, forge, engine, random } = this
    const stack = {
      ...{ name: 'prod', folder: 'prod', modules: [], files: [], services: {} },
    }
    const repository = {
      name: 'infra',
      url: '',
      forge: forge.seenBy(process),
      target: 'main',
      stacks: [stack],
    }
    return {
      ...{ clock: this.clock, random, log: silentLog, deployments: records.seenBy(process) },
      repository: () => repository,
      engine: engine.seenBy(process),
      stackOf: (_tenant, _repository, _stack, files) => stackOf(files),
      readPlan: async (_tenant, { json, sha256 }) => simulatedSummary(json as SimulatedPlan, sha256),
      edit: simulatedEdit,
      vault: this.#vaultOf(process),
      policy: {
        evaluate: async (input, { overridden }) => {
          return evaluatePolicy(policy, input, { overridden, nowMs: schedule.now })
        },
      },
      context: () =>
        schedule.call(process, 'context', () => {
          process.seen.context = { ...this.context }
          return { ...this.context }
        }),
      query: () => schedule.call(process, 'query', () => (this.isFailing ? 9 : 1)),
      ...{ changed: () => undefined, alert: async () => undefined, audit: async () => undefined },
      applied: async () => undefined,
    }
  }

  #vaultOf(process: Process): PlanVault {
    const { schedule, vault } = this
    return {
      put: (_tenant, id, sha256, file) =>
        schedule.call(process, 'vault.put', () => void vault.set(`${id}/${sha256}`, file)),
      get: (_tenant, id, sha256) => schedule.call(process, 'vault.get', () => vault.get(`${id}/${sha256}`)),
      delete: (_tenant, id) =>
        schedule.call(process, 'vault.delete', () => {
          for (const key of vault.keys()) if (key.startsWith(`${id}/`)) vault.delete(key)
        }),
    }
  }
}
