import { join } from 'node:path'
import type { TenantId } from '@aiops/contract/model/tenant'
import { createOpencostApi, focusExport } from '../../edge/opencost/index.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { FileReader } from '../../port/file-reader.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { SecretStore } from '../../port/secret-store.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { TerraformStates } from '../../port/terraform-states.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { Cost } from '../../service/cost/index.ts'
import { type Gitops, placeOfChanges } from '../../service/gitops/index.ts'
import type { Identity, LentKeys } from '../../service/identity/index.ts'
import type { ObservedCluster } from '../../service/infrastructure/index.ts'
import type { Placements } from '../../service/placement/index.ts'
import type { PromqlEngine, SampleSource } from '../../service/telemetry/index.ts'
import { createNudges } from '../cluster/nudges.ts'
import type { Config } from '../config.ts'
import { deadLocks } from '../gitops/dead-locks.ts'
import { deploymentContext } from '../gitops/deployment-context.ts'
import { type LocalForge, openLocalForge } from '../gitops/forge.ts'
import { forgeHookRoute } from '../gitops/forge-hook-route.ts'
import { openGitops } from '../gitops/gitops.ts'
import { editScalars, engineActor, openPlanEngine, planReader, stackMaker } from '../gitops/gitops-plan.ts'
import { openTerraformStates } from '../gitops/gitops-state.ts'
import { costQueries, openCost } from './cost.ts'
import { openPlacement } from './placement.ts'
import { egressPrices, placementPricing } from './placement-pricing.ts'

type Parts = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: EventBus
  records: RecordStore
  metricStore: MetricStore
  engine: PromqlEngine
  source(tenant: TenantId): SampleSource
  observe(tenants: readonly TenantId[]): Promise<readonly ObservedCluster[]>
  files: FileReader
  http: HttpClient
  secrets: SecretSource
  sealing: SecretStore
  identity: Identity
  lent: LentKeys
  version: string
  /** Asked when it is needed: ingest is made later. */
  ingest(): Ingest
  /** Where people reach the platform, and where its own children do. */
  publicUrl(): string
  ownUrl(): string
}

export type CostRole = {
  readonly cost: Cost
  readonly placements: Placements
  readonly gitops: Gitops
  readonly forge: LocalForge
  readonly terraformStates: TerraformStates
  readonly receivers: ReturnType<typeof createOpencostApi>['receivers']
  readonly streams: readonly StreamRoute[]
  readonly web: readonly WebRoute[]
  /** In the order in which they start. */
  readonly parts: readonly Lifecycle[]
}

/** What things cost, where they should run, and changing that through Git: the role `cost`. */
export async function openCostRole(parts: Parts, config: Config): Promise<CostRole> {
  const { clock, metrics, log, records, engine, source, ingest, observe, identity } = parts
  const tenants = config.auth.tenants
  const folder = config.data_folder
  const cost = openCost(
    {
      ...{ ...parts, tenants, repository: records.costs },
      priceFolder: config.cost.price_folder === '' ? join(folder, 'prices') : config.cost.price_folder,
    },
    config.cost,
  )
  const placements = openPlacement(
    {
      ...{ ...parts, tenants, prices: (tenant) => cost.pricesFresh(tenant) },
      budgetFrozen: (tenant, service) => cost.frozen(tenant, service)?.reason ?? null,
      killSwitch: (tenant) => gitops.killed(tenant),
      egress: egressPrices(cost),
      propose: (tenant, proposal) => gitops.propose(tenant, proposal),
    },
    config.placement,
  )
  const { repositories } = config.gitops
  const nudges = createNudges(parts, (tenant, repository) => gitops.nudge(tenant, repository))
  const forge = openLocalForge(
    {
      ...{ ...parts, records: records.forge, secrets: parts.sealing, folder },
      publicUrl: parts.publicUrl,
      told(tenant, project, by) {
        if (by === config.forge.login) return
        for (const one of repositories)
          if (one.forge === 'LOCAL' && one.tenant === tenant && one.project === project)
            nudges.tell(tenant, one.name)
      },
    },
    config.forge,
  )
  const states = await openTerraformStates(
    {
      ...{ clock, metrics, identity, folder, states: records.states },
      ...{ http: parts.http, secrets: config.adapters.secrets },
    },
    config.gitops.state,
  )
  const { query } = costQueries({ engine, source })
  const gitops = await openGitops(
    {
      ...{ ...parts, tenants, folder, deployments: records.deployments, log, sealing: states.sealing },
      engine: openPlanEngine({ clock, folder }, config.gitops.engine),
      forges: {
        ...{ http: parts.http, secrets: parts.secrets, clock },
        local: config.forge.enabled ? (tenant, project) => forge.open(tenant, project) : undefined,
      },
      stackOf: stackMaker({ lent: parts.lent, clock, url: parts.ownUrl }, config.gitops.engine),
      readPlan: planReader({
        pricing: (tenant) => placementPricing({ cost, placements }, tenant),
        services: (tenant) =>
          new Set(placements.telemetry(tenant, []).readings.map(({ service }) => service)),
      }),
      edit: editScalars,
      context: deploymentContext({ records, cost, observe }),
      may: (tenant, name, permission) => identity.holds(tenant, name, permission),
      unlock: deadLocks({ states: states.states, clock, actor: engineActor }),
      finding: (tenant, id) =>
        placements.decision(tenant, id).then(
          ({ review }) => review,
          () => undefined,
        ),
      async query(tenant, promql, atMs) {
        const [only, ...others] = await query(tenant, promql, atMs)
        return others.length > 0 ? null : (only?.value ?? null)
      },
      async applied(tenant, deployment, { place }) {
        const stack = repositories
          .find((one) => one.tenant === tenant && one.name === deployment.repository)
          ?.stacks.find(({ name }) => name === deployment.stack)
        const where = place ?? (stack && placeOfChanges(deployment, stack))
        if (where) await placements.placed(tenant, deployment.service, where, clock.now())
      },
      ingest: () => ingest(),
    },
    config.gitops,
  )
  return {
    ...{ cost, placements, gitops, forge, terraformStates: states.states },
    receivers: createOpencostApi({ cost, clock }).receivers,
    streams: [focusExport(cost, clock)],
    web: [...forge.routes, ...states.routes, forgeHookRoute({ ...parts, repositories, nudges })],
    parts: [forge, cost, gitops, placements],
  }
}
