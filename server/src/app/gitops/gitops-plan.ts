import { join } from 'node:path'
import { durationMs } from '@aiops/contract/model/time'
import { createPlanEngine, type PlanEngineConfig } from '../../adapter/tofu/index.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { RepositoryFile } from '../../port/forge.ts'
import type { PlanEngine, Stack } from '../../port/plan-engine.ts'
import { editVariables, readVariables } from '../../service/gitops/edit/index.ts'
import { type Pricing, summarisePlan } from '../../service/gitops/plan/index.ts'
import type { LentKeys } from '../../service/identity/index.ts'

/** Under which name engines take locks and store states. */
export const engineActor = 'plan-engine'

type Scalar = string | number | boolean

/** The engine of this machine; where there is none, it says so each time it is asked, once a minute looked up anew. */
export const openPlanEngine = (
  { clock, folder }: { clock: Clock; folder: string },
  config: PlanEngineConfig,
): PlanEngine =>
  createPlanEngine(
    { clock, environment: process.env, recoveryFolder: join(folder, 'terraform', 'recovery') },
    config,
  )

/**
 * Where the state of a stack is: at this program, under the repository and the stack. The engine gets a key of its own for it, of its
 * tenant, which ends soon after the longest run does.
 */
export function stackMaker(
  { lent, clock, url }: { lent: LentKeys; clock: Clock; url: () => string },
  config: PlanEngineConfig,
) {
  const runMs = durationMs(config.timeout)
  const known = new Map<string, { key: string; untilMs: number }>()
  const keyOf = (tenant: string): string => {
    const now = clock.monotonic()
    const before = known.get(tenant)
    if (before && before.untilMs > now) return before.key
    const principal = { actor: engineActor, tenant, permissions: ['deployments:write'] as const }
    const { key } = lent.lend(principal, 3 * runMs)
    known.set(tenant, { key, untilMs: now + runMs })
    return key
  }
  return (
    tenant: string,
    repository: string,
    stack: { name: string; folder: string },
    files: readonly RepositoryFile[],
  ): Stack => ({
    ...{ files, folder: stack.folder, variables: {} },
    state: {
      url: `${url()}/api/v4/projects/${encodeURIComponent(repository)}/terraform/state/${encodeURIComponent(stack.name)}`,
      ...{ username: engineActor, password: keyOf(tenant) },
    },
  })
}

/** Plans with the prices and services of their tenant. */
export const planReader =
  (of: {
    pricing(tenant: string): Promise<Pricing | undefined>
    services(tenant: string): ReadonlySet<string> | undefined
  }) =>
  async (
    tenant: string,
    plan: { json: unknown; sha256: string; engine: 'OpenTofu' | 'Terraform'; version: string },
  ) => {
    const { json, sha256, engine: name, version } = plan
    const [pricing, services] = [await of.pricing(tenant), of.services(tenant)]
    return summarisePlan(
      { json, sha256, engine: { name, version } },
      { ...(pricing ? { pricing } : {}), ...(services ? { services } : {}) },
    )
  }

/** Sets variables that are there and hold one value; lists and objects are for people to edit. */
export function editScalars(
  path: string,
  text: string,
  changes: readonly { variable: string; after: Scalar | null }[],
): { text: string; before: ReadonlyMap<string, Scalar | null> } {
  const edited = editVariables(
    path,
    text,
    changes.map(({ variable: name, after: value }) => ({ name, value })),
  )
  const values = new Map(readVariables(path, text).map(({ name, value }) => [name, value]))
  const before = changes.map(({ variable }): [string, Scalar | null] => {
    const value = values.get(variable) ?? null
    if (typeof value === 'object' && value !== null)
      throw new Fault('INVALID_REQUEST', `${path}: ${variable} is a list or an object; edit it in Git.`)
    return [variable, value]
  })
  return { text: edited, before: new Map(before) }
}
