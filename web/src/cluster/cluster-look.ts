import type {
  Cluster,
  ClusterEnvironment,
  ClusterPlatform,
  ClusterState,
  ClusterTarget,
  ClusterType,
} from '@aiops/contract/model/cluster'
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  LoaderCircle,
  type LucideIcon,
  OctagonAlert,
} from 'lucide-react'
import type { Tone } from '../ui/badge.tsx'

/** Shape and word beside the colour. `fill` is the colour of marks in charts. */
export const stateLooks: Record<
  ClusterState,
  { icon: LucideIcon; word: string; text: string; fill: string; tone: Tone }
> = {
  OFFLINE: {
    icon: OctagonAlert,
    word: 'Offline',
    text: 'text-critical',
    fill: 'var(--critical)',
    tone: 'critical',
  },
  DEGRADED: {
    icon: CircleAlert,
    word: 'Degraded',
    text: 'text-medium',
    fill: 'var(--medium)',
    tone: 'medium',
  },
  UNKNOWN: {
    icon: CircleDashed,
    word: 'Unknown',
    text: 'text-ink-mute',
    fill: 'var(--ink-mute)',
    tone: 'outline',
  },
  PROVISIONING: {
    icon: LoaderCircle,
    word: 'Provisioning',
    text: 'text-low',
    fill: 'var(--low)',
    tone: 'low',
  },
  ONLINE: { icon: CircleCheck, word: 'Online', text: 'text-ok', fill: 'var(--ok)', tone: 'ok' },
}

/** What needs somebody first. */
export const states: readonly ClusterState[] = ['OFFLINE', 'DEGRADED', 'UNKNOWN', 'PROVISIONING', 'ONLINE']

/** How often each type is checked, and how long an answer may take, in seconds. As the registry does it. */
export const typeLooks: Record<
  ClusterType,
  { word: string; everySeconds: number; waitSeconds: number; meaning: string }
> = {
  HUB: {
    ...{ word: 'Hub', everySeconds: 15, waitSeconds: 5 },
    meaning: 'Runs what others depend on, in a data centre close by.',
  },
  SPOKE: {
    ...{ word: 'Spoke', everySeconds: 30, waitSeconds: 10 },
    meaning: 'A cluster in a data centre with a steady connection.',
  },
  EDGE: {
    ...{ word: 'Edge', everySeconds: 60, waitSeconds: 15 },
    meaning: 'May be cut off at times: its metrics are copied here and gaps filled in afterwards.',
  },
  FAR_EDGE: {
    ...{ word: 'Far edge', everySeconds: 120, waitSeconds: 30 },
    meaning: 'A site with a slow or broken line: asked seldom and patiently, its metrics copied here.',
  },
}
export const types: readonly ClusterType[] = ['HUB', 'SPOKE', 'EDGE', 'FAR_EDGE']

export const environmentWords: Record<ClusterEnvironment, string> = {
  PRODUCTION: 'Production',
  STAGING: 'Staging',
  DEVELOPMENT: 'Development',
  LAB: 'Lab',
}
export const environments = Object.keys(environmentWords) as ClusterEnvironment[]

export const platformWords: Record<ClusterPlatform, string> = {
  OPENSHIFT: 'OpenShift',
  KUBERNETES: 'Kubernetes',
  MICROSHIFT: 'MicroShift',
}
export const platforms = Object.keys(platformWords) as ClusterPlatform[]

export const targetWords: Record<ClusterTarget, string> = {
  API_SERVER: 'API server',
  PROMETHEUS: 'Prometheus',
  TEMPO: 'Tempo',
  LOKI: 'Loki',
}

/** `OpenShift 4.16.3`: what it was found to be, or what it was said to be. */
export const versionText = ({ capabilities, platform, platform_version }: Cluster): string =>
  [capabilities?.distribution ?? platformWords[platform], platform_version].filter(Boolean).join(' ')

export const titleOf = ({ display_name, name }: Pick<Cluster, 'display_name' | 'name'>): string =>
  display_name || name

/** Was it ever checked: a score of 0 from before says nothing. */
export const wasChecked = ({ status }: Pick<Cluster, 'status'>): boolean => status.checked_at !== null

export const scoreText = (cluster: Pick<Cluster, 'status'>): string =>
  wasChecked(cluster) ? String(cluster.status.health_score) : '–'

export const scoreColour = (score: number): string =>
  score >= 90 ? 'text-ok' : score >= 50 ? 'text-medium' : 'text-critical'
