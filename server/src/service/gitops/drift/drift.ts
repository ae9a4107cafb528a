import type { Deployment } from '@aiops/contract/model/deployment'
import type { DriftCheck, DriftClass } from '@aiops/contract/model/drift'
import type { PlanChange, PlanSummary } from '@aiops/contract/model/plan'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { StoredDrift } from '../../../port/deployment-repository.ts'
import type { FlowDeps, Repository, StackSettings } from '../deployment/flow-deps.ts'
import { filesSha256 } from '../deployment/stack-files.ts'

type DriftDeps = Pick<
  FlowDeps,
  'clock' | 'engine' | 'deployments' | 'stackOf' | 'readPlan' | 'alert' | 'log'
> & { repositories(tenant: TenantId): readonly Repository[] }

const resourcesMax = 200
/** A deployment of ours that is changing the stack right now. */
const inFlight: readonly Deployment['state'][] = ['MERGED', 'APPLYING', 'VERIFYING', 'REVERTING']

/** Looks at each stack: what was changed elsewhere, and what Git asks for that was never applied. Alerts when drift begins. */
export async function checkDrift(
  deps: DriftDeps,
  tenant: TenantId,
  only: { repository?: string | undefined; stack?: string | undefined },
  signal: AbortSignal,
): Promise<DriftCheck[]> {
  const before = await deps.deployments.drift(tenant)
  const checks: DriftCheck[] = []
  for (const repository of deps.repositories(tenant)) {
    if (only.repository !== undefined && only.repository !== repository.name) continue
    for (const stack of repository.stacks) {
      if (only.stack !== undefined && only.stack !== stack.name) continue
      const last = before.find((one) => one.repository === repository.name && one.stack === stack.name)
      const check = await checkStack(deps, tenant, repository, stack, last, signal)
      await deps.deployments.saveDrift(tenant, check)
      await tell(deps, tenant, check, last)
      checks.push(shownDrift(check))
    }
  }
  return checks
}

export function shownDrift({ cleanFilesSha256: _, ...check }: StoredDrift): DriftCheck {
  return check
}

async function checkStack(
  deps: DriftDeps,
  tenant: TenantId,
  repository: Repository,
  stack: StackSettings,
  last: StoredDrift | undefined,
  signal: AbortSignal,
): Promise<StoredDrift> {
  const at = isoTime(deps.clock.now())
  const base = { repository: repository.name, stack: stack.name, at }
  try {
    const found = await look(deps, tenant, repository, stack, signal)
    const known = last?.cleanFilesSha256 ?? (await appliedFiles(deps, tenant, repository, stack))
    // Files as they were when nothing was otherwise: what differs now was changed elsewhere.
    const isElsewhere = known !== null && known === found.filesSha256
    const manual = isElsewhere ? [...found.manual, ...found.unmerged] : found.manual
    const unmerged = isElsewhere ? [] : found.unmerged
    const resources = [...manual, ...unmerged]
    const isClean = resources.length === 0
    const isUnderWay = await underWay(deps, tenant, repository, stack)
    const kind = isClean ? null : classOf(manual, known !== null, isUnderWay)
    return {
      ...{ ...base, result: isClean ? 'NONE' : 'DRIFTED', class: kind },
      resources: resources.slice(0, resourcesMax).map(({ address, action, changed }) => ({
        ...{ address, actions: [action], attributes: changed.slice(0, 50) },
      })),
      detail: detailOf(manual, unmerged),
      since: isClean ? null : last?.result === 'DRIFTED' ? (last.since ?? at) : at,
      cleanFilesSha256: isClean ? found.filesSha256 : known,
    }
  } catch (error) {
    const since = last?.since ?? null
    const cleanFilesSha256 = last?.cleanFilesSha256 ?? null
    return {
      ...{ ...base, result: 'ERROR', class: null, resources: [], since, cleanFilesSha256 },
      detail: messageOf(error).slice(0, 1_000),
    }
  }
}

/** A refresh alone tells what was changed elsewhere; a whole plan, what else Git asks for. */
async function look(
  deps: DriftDeps,
  tenant: TenantId,
  { name, forge, target }: Repository,
  stack: StackSettings,
  signal: AbortSignal,
): Promise<{ manual: readonly PlanChange[]; unmerged: readonly PlanChange[]; filesSha256: string }> {
  const described = await deps.engine?.describe()
  if (!deps.engine || !described)
    throw new Error('There is no OpenTofu or Terraform here, so it was not looked at.')
  const branch = target ?? (await forge.defaultBranch())
  const sha = await forge.head(branch)
  if (sha === undefined) throw new Error(`The repository has no branch ${branch}.`)
  const trees = await Promise.all([stack.folder, ...stack.modules].map((folder) => forge.tree(sha, folder)))
  const files = [...new Map(trees.flat().map((file) => [file.path, file])).values()].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  )
  const given = deps.stackOf(tenant, name, stack, files)
  const read = async (refreshOnly: boolean): Promise<PlanSummary> => {
    const plan = await (deps.engine as NonNullable<typeof deps.engine>).plan(given, { refreshOnly }, signal)
    return deps.readPlan(tenant, {
      ...{ json: plan.json, sha256: plan.sha256 },
      ...{ engine: described.name, version: described.version },
    })
  }
  const refreshed = await read(true)
  const whole = await read(false)
  const manual = refreshed.drift.length > 0 ? refreshed.drift : whole.drift
  const drifted = new Set(manual.map(({ address }) => address))
  const unmerged = whole.changes.filter(({ address, mode }) => mode === 'MANAGED' && !drifted.has(address))
  return { manual, unmerged, filesSha256: filesSha256(files) }
}

/** UNKNOWN: it was never seen clean, so the files may be of what nobody ever applied, or the world of what nobody committed. */
function classOf(manual: readonly unknown[], isKnown: boolean, isUnderWay: boolean): DriftClass {
  if (isUnderWay) return 'IN_FLIGHT'
  if (manual.length > 0) return 'MANUAL'
  return isKnown ? 'UNMERGED' : 'UNKNOWN'
}

/** Of the last deployment that was kept; null: there is none. */
async function appliedFiles(
  deps: DriftDeps,
  tenant: TenantId,
  repository: Repository,
  stack: StackSettings,
): Promise<string | null> {
  const { deployments } = await deps.deployments.list(tenant, {
    ...{ services: [], states: ['KEPT'], limit: 100, offset: 0 },
  })
  const found = deployments.find((one) => one.repository === repository.name && one.stack === stack.name)
  const stored = found && (await deps.deployments.get(tenant, found.id))
  return stored?.work.plan?.filesSha256 ?? null
}

async function underWay(
  deps: DriftDeps,
  tenant: TenantId,
  repository: Repository,
  stack: StackSettings,
): Promise<boolean> {
  const { deployments } = await deps.deployments.list(tenant, {
    ...{ services: [], states: inFlight, limit: 1_000, offset: 0 },
  })
  return deployments.some((one) => one.repository === repository.name && one.stack === stack.name)
}

function detailOf(manual: readonly unknown[], unmerged: readonly unknown[]): string {
  if (manual.length === 0 && unmerged.length === 0) return 'As Git says.'
  const parts = [
    ...(manual.length > 0 ? [`${manual.length} changed outside of Git`] : []),
    ...(unmerged.length > 0 ? [`${unmerged.length} that Git asks for and nobody applied`] : []),
  ]
  return `${parts.join(', ')}.`
}

async function tell(
  deps: DriftDeps,
  tenant: TenantId,
  check: DriftCheck,
  last: DriftCheck | undefined,
): Promise<void> {
  const isNew = check.result === 'DRIFTED' && (last?.result !== 'DRIFTED' || last.class !== check.class)
  if (!isNew || check.class === 'IN_FLIGHT') return
  await deps.alert(tenant, {
    ...{ name: 'InfrastructureDrift', severity: 'warning', service: `${check.repository}/${check.stack}` },
    ...{ summary: `${check.repository}/${check.stack}: ${check.detail}`, deploymentId: '' },
  })
}
