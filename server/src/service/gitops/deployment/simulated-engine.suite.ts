import { createHash } from 'node:crypto'
import type { PlanSummary } from '@aiops/contract/model/plan'
import { Fault } from '../../../kernel/fault.ts'
import type { RepositoryFile } from '../../../port/forge.ts'
import type { PlanEngine, Stack } from '../../../port/plan-engine.ts'
import type { Process, Schedule } from './simulated-schedule.suite.ts'
import { filesSha256 } from './stack-files.ts'

export type SimulatedPlan = {
  /** Tells one plan from another. */
  nonce: number
  serial: number
  values: string
  filesSha256: string
  /** Replaces what holds data; read from the values, as a real plan would tell. */
  atRisk: boolean
  deletes: number
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const variablesPath = 'prod/terraform.tfvars'

/** An engine with one state: a saved plan is refused once the serial of the state is another one, as OpenTofu and Terraform do. */
export class SimulatedEngine {
  serial = 1
  values = ''
  locked = false
  /** Every line of variables that was applied at some time. */
  readonly everHeld = new Set<string>()
  /** Chance that an apply does half and fails. */
  failures = 0
  readonly #schedule: Schedule
  readonly plans = new Map<string, SimulatedPlan & { step: number }>()
  applied: (process: Process, sha256: string, plan: SimulatedPlan & { step: number }) => void = () =>
    undefined
  #nonce = 0

  constructor(schedule: Schedule, values: string) {
    this.#schedule = schedule
    this.values = values
    for (const line of values.split('\n')) this.everHeld.add(line)
  }

  seenBy(process: Process): PlanEngine {
    const schedule = this.#schedule
    return {
      describe: async () => ({ name: 'OpenTofu', version: '1.6.3' }),
      validate: async () => ({ valid: true, diagnostics: [] }),
      plan: (stack) => schedule.call(process, 'engine.plan', () => this.#plan(stack)),
      apply: async (_stack, file) => {
        const sha256 = sha256Of(file)
        await schedule.call(process, 'engine.apply', () => {
          const plan = this.plans.get(sha256)
          if (!plan) throw new Fault('PLAN_FAILED', 'This is no plan.')
          if (this.locked) throw new Fault('CONFLICT', 'The state is locked.')
          if (plan.serial !== this.serial) throw new Fault('CONFLICT', 'The saved plan is stale.')
          this.locked = true
        })
        // Its child goes on where its parent dies, or dies with it, in part or before it began.
        return schedule.call(process, 'engine.applied', () => {
          const plan = this.plans.get(sha256)
          this.locked = false
          if (!plan) throw new Fault('PLAN_FAILED', 'This is no plan.')
          this.applied(process, sha256, plan)
          const isPartial = schedule.random() < this.failures
          this.serial += 1
          if (!isPartial) for (const line of plan.values.split('\n')) this.everHeld.add(line)
          this.values = isPartial ? `${plan.values}# half` : plan.values
          if (isPartial) throw new Fault('PLAN_FAILED', 'The provider answered 500.')
          return { log: '', outputs: {} }
        })
      },
    }
  }

  #plan(stack: Stack) {
    if (this.locked) throw new Fault('CONFLICT', 'The state is locked.')
    const values = stack.files.find(({ path }) => path === variablesPath)?.content ?? ''
    this.#nonce += 1
    const plan: SimulatedPlan = {
      ...{ nonce: this.#nonce, serial: this.serial, values, filesSha256: filesSha256([...stack.files]) },
      ...{ atRisk: values !== this.values && /danger/.test(values), deletes: values === this.values ? 0 : 1 },
    }
    const file = Buffer.from(JSON.stringify(plan))
    const sha256 = sha256Of(file)
    this.plans.set(sha256, { ...plan, step: this.#schedule.step })
    return { file, sha256, json: plan, hasChanges: values !== this.values, log: '' }
  }
}

export const simulatedEdit = (
  path: string,
  text: string,
  changes: readonly { variable: string; after: string | number | boolean | null }[],
) => {
  if (path !== variablesPath) throw new Fault('NOT_FOUND', path)
  let edited = text
  const before = new Map<string, string | null>()
  for (const { variable, after } of changes) {
    const found = new RegExp(`^${variable} = (.*)$`, 'm')
    before.set(variable, found.exec(edited)?.[1] ?? null)
    edited = edited.replace(found, `${variable} = ${String(after)}`)
  }
  return { text: edited, before }
}

export function simulatedSummary(plan: SimulatedPlan, sha256: string): PlanSummary {
  const { deletes, atRisk } = plan
  return {
    ...{ engine: 'OPENTOFU', version: '1.6.3', sha256, changes: [], drift: [], outputs_changed: [] },
    summary: { creates: 1, updates: 0, replaces: 0, deletes, forgets: 0, no_ops: 0 },
    stateful: atRisk
      ? [
          {
            ...{ address: 'aws_db_instance.a', type: 'aws_db_instance', action: 'REPLACE', at_risk: true },
            ...{ reason: 'a database', service: null },
          },
        ]
      : [],
    ...{ services: [], executes: [] },
    cost: { hourly_delta_usd: 0, known_hourly_delta_usd: 0, known: [], unknown: [], source: null },
  } as unknown as PlanSummary
}

export const stackOf = (files: readonly RepositoryFile[]): Stack => ({
  ...{ files, folder: 'prod', variables: {} },
  state: { url: '', username: '', password: '' },
})
