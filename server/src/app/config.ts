import { z } from 'zod'
import { TelemetryStoreConfig } from '../adapter/sqlite/index.ts'
import { CollectorConfig } from '../edge/collector/index.ts'
import { GatewayConfig } from '../edge/gateway/index.ts'
import { ActConfig } from '../pipeline/act/index.ts'
import { CorrelateConfig } from '../pipeline/correlate/index.ts'
import { DetectConfig } from '../pipeline/detect/index.ts'
import { ExplainConfig } from '../pipeline/explain/index.ts'
import { IngestConfig } from '../pipeline/ingest/index.ts'
import { StreamConfig } from '../pipeline/stream/index.ts'
import { CostConfig } from '../service/cost/index.ts'
import { DeliveryConfig } from '../service/delivery/index.ts'
import { FleetConfig } from '../service/fleet/index.ts'
import { ForecastConfig } from '../service/forecast/index.ts'
import { ForgeConfig } from '../service/forge/index.ts'
import { IdentityConfig } from '../service/identity/index.ts'
import { InfrastructureConfig } from '../service/infrastructure/index.ts'
import { IntelligenceConfig } from '../service/intelligence/index.ts'
import { KnowledgeConfig } from '../service/knowledge/index.ts'
import { KubernetesConfig } from '../service/kubernetes/index.ts'
import { LearningConfig } from '../service/learning/index.ts'
import { LibraryConfig } from '../service/library/index.ts'
import { MaintenanceConfig } from '../service/maintenance/index.ts'
import { PlacementConfig } from '../service/placement/index.ts'
import { RelayConfig } from '../service/relay/index.ts'
import { SloConfig } from '../service/slo/index.ts'
import { FederationConfig, TelemetryConfig } from '../service/telemetry/index.ts'
import { GitopsConfig } from './gitops/gitops-config.ts'
import { McpConfig } from './mcp.ts'
import { loadSettings, type Setting, type SettingsInput } from './settings.ts'
import { AdapterConfig } from './storage/adapters.ts'

const LogConfig = z.object({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('What is logged: each level includes those to its right.'),
})

/** The whole configuration; each part is owned by the folder that uses it. */
export const Config = z.object({
  data_folder: z.string().min(1).default('.data').describe('Folder of everything the embedded stores keep.'),
  server: GatewayConfig.prefault({}),
  collector: CollectorConfig.prefault({}),
  auth: IdentityConfig.prefault({}),
  log: LogConfig.prefault({}),
  adapters: AdapterConfig.prefault({}),
  store: TelemetryStoreConfig.prefault({}),
  ingest: IngestConfig.prefault({}),
  stream: StreamConfig.prefault({}),
  detect: DetectConfig.prefault({}),
  federation: FederationConfig.prefault({}),
  fleet: FleetConfig.prefault({}),
  kubernetes: KubernetesConfig.prefault({}),
  infrastructure: InfrastructureConfig.prefault({}),
  cost: CostConfig.prefault({}),
  placement: PlacementConfig.prefault({}),
  forecast: ForecastConfig.prefault({}),
  slo: SloConfig.prefault({}),
  knowledge: KnowledgeConfig.prefault({}),
  library: LibraryConfig.prefault({}),
  changes: DeliveryConfig.prefault({}),
  correlate: CorrelateConfig.prefault({}),
  maintenance: MaintenanceConfig.prefault({}),
  explain: ExplainConfig.prefault({}),
  learning: LearningConfig.prefault({}),
  act: ActConfig.prefault({}),
  telemetry: TelemetryConfig.prefault({}),
  intelligence: IntelligenceConfig.prefault({}),
  mcp: McpConfig.prefault({}),
  forge: ForgeConfig.prefault({}),
  gitops: GitopsConfig.prefault({}),
  edge: RelayConfig.prefault({}),
})
export type Config = z.infer<typeof Config>

export type LoadedConfig = { config: Config; settings: Setting[] }
export type { Setting } from './settings.ts'

/** The configuration with where each value came from; throws CONFIG_INVALID with one line for each thing that is wrong. */
export const loadConfig = (input: SettingsInput): LoadedConfig => loadSettings(Config, input)
