import type { Api, OperationId } from '@aiops/contract/api/index'
import type { HandlerInput, OperationOutput } from '@aiops/contract/api/operation'
import type { PipelineStats } from '@aiops/contract/event'
import type { Backup } from '@aiops/contract/model/backup'
import type { Clock } from '../../kernel/clock.ts'
import type { Act } from '../../pipeline/act/index.ts'
import type { Correlate } from '../../pipeline/correlate/index.ts'
import type { Detect } from '../../pipeline/detect/index.ts'
import type { Explain } from '../../pipeline/explain/index.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import type { Stream } from '../../pipeline/stream/index.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { TerraformStates } from '../../port/terraform-states.ts'
import type { Cost } from '../../service/cost/index.ts'
import type { FleetRegistry } from '../../service/fleet/index.ts'
import type { Forecasts } from '../../service/forecast/index.ts'
import type { ForgeService } from '../../service/forge/index.ts'
import type { Gitops } from '../../service/gitops/index.ts'
import type { Audit, Principal } from '../../service/identity/index.ts'
import type { Infrastructure } from '../../service/infrastructure/index.ts'
import type { Intelligence } from '../../service/intelligence/index.ts'
import type { Knowledge } from '../../service/knowledge/index.ts'
import type { Kubernetes } from '../../service/kubernetes/index.ts'
import type { Learning } from '../../service/learning/index.ts'
import type { Library } from '../../service/library/index.ts'
import type { Maintenance } from '../../service/maintenance/index.ts'
import type { Placements } from '../../service/placement/index.ts'
import type { Slos } from '../../service/slo/index.ts'
import type { Federation, Telemetry, Traces } from '../../service/telemetry/index.ts'

/** One function per operation; it may throw a Fault. */
export type Handler<K extends OperationId> = (
  input: HandlerInput<Api[K]>,
  principal: Principal,
) => Promise<OperationOutput<Api[K]>>
export type Handlers = { readonly [K in OperationId]: Handler<K> }

export type HandlerDeps = {
  ingest: Ingest
  stream: Stream
  correlate: Correlate
  detect: Detect
  explain: Explain
  act: Act
  knowledge: Knowledge
  library: Library
  telemetry: Telemetry
  federation: Federation
  fleet: FleetRegistry
  kubernetes: Kubernetes
  infrastructure: Infrastructure
  cost: Cost
  placements: Placements
  slos: Slos
  forecasts: Forecasts
  gitops: Gitops
  terraformStates: TerraformStates
  intelligence: Intelligence
  learning: Learning
  maintenance: Maintenance
  traces: Traces
  records: RecordStore
  audit: Audit
  forge: ForgeService
  bus: EventBus
  /** The flow's rates over the last second. */
  pulse: { stats(): PipelineStats }
  /** Name of the machine the host receiver reads; null where it is off. */
  hostName: string | null
  backups: { readonly tenant: string; start(to: string): Promise<Backup>; list(): Backup[] }
  settings: () => OperationOutput<Api['getSettings']>
  health: () => OperationOutput<Api['getHealth']>
  clock: Clock
}
