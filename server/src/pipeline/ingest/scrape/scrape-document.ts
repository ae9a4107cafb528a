import { durationMs } from '@aiops/contract/model/time'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../../kernel/fault.ts'
import { type ScrapeProtocol, scrapeProtocols } from '../exposition/content-type.ts'
import { accessProblem, type HttpAccess, httpAccessFields } from './http-access.ts'
import { RelabelConfig } from './relabel.ts'

/** What a timer can wait. */
const TIMER_MS_MAX = 24 * 86_400_000
const duration = z
  .string()
  .refine(
    (text) => durationMs(text) > 0 && durationMs(text) <= TIMER_MS_MAX,
    'is no duration such as 30s, 5m or 1h30m, of 24 days at most',
  )
  .transform((text) => durationMs(text))
const limit = z.number().int().nonnegative()
const size = z
  .union([z.literal(0), z.string().regex(/^\d+(\.\d+)?([KMGTPE]i?)?B$/, 'is no size such as 10MB')])
  .transform((text) => (text === 0 ? 0 : bytesOf(text)))
const labelSet = z.record(z.string(), z.coerce.string())
const protocols = z
  .array(z.enum(Object.keys(scrapeProtocols) as [ScrapeProtocol, ...ScrapeProtocol[]]))
  .min(1)

const StaticConfig = z.strictObject({
  targets: z.array(z.string()).max(100_000),
  labels: labelSet.default({}),
})
export type StaticConfig = z.output<typeof StaticConfig>

const FileSd = z.strictObject({
  files: z.array(z.string().regex(/\.(json|ya?ml)$/i, 'is no path to a .json, .yml or .yaml file')).min(1),
  refresh_interval: duration.prefault('5m'),
})
const HttpSd = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  refresh_interval: duration.prefault('1m'),
  ...httpAccessFields,
})
export type HttpSd = z.output<typeof HttpSd>

export const kubernetesRoles = ['node', 'pod', 'service', 'endpoints', 'endpointslice', 'ingress'] as const
export type KubernetesRole = (typeof kubernetesRoles)[number]
const KubernetesSd = z.strictObject({
  role: z.enum(kubernetesRoles),
  api_server: z.url({ protocol: /^https?$/ }).optional(),
  namespaces: z
    .strictObject({ names: z.array(z.string()).default([]), own_namespace: z.boolean().default(false) })
    .prefault({}),
  selectors: z
    .array(
      z.strictObject({
        role: z.enum(kubernetesRoles),
        label: z.string().default(''),
        field: z.string().default(''),
      }),
    )
    .default([]),
  attach_metadata: z
    .strictObject({ node: z.boolean().default(false), namespace: z.boolean().default(false) })
    .prefault({}),
  ...httpAccessFields,
})
export type KubernetesSd = z.output<typeof KubernetesSd>

/** Of one job, or for all. */
const limits = {
  sample_limit: limit,
  target_limit: limit,
  label_limit: limit,
  label_name_length_limit: limit,
  label_value_length_limit: limit,
  body_size_limit: size,
  scrape_protocols: protocols,
  scrape_interval: duration,
  scrape_timeout: duration,
}
const optional = <T extends z.ZodRawShape>(shape: T) => z.object(shape).partial().shape

const Global = z.strictObject({
  ...optional(limits),
  // What concerns rules, alerts and remote storage, and is none of a scrape's business.
  evaluation_interval: z.unknown().optional(),
  rule_query_offset: z.unknown().optional(),
  external_labels: z.unknown().optional(),
  query_log_file: z.unknown().optional(),
  keep_dropped_targets: z.unknown().optional(),
})

const Job = z.strictObject({
  ...optional(limits),
  job_name: z.string().min(1).max(256),
  tenant: z.string().min(1).optional(),
  honor_labels: z.boolean().default(false),
  honor_timestamps: z.boolean().default(true),
  track_timestamps_staleness: z.boolean().default(false),
  params: z.record(z.string(), z.array(z.coerce.string())).default({}),
  metrics_path: z.string().default('/metrics'),
  scheme: z.enum(['http', 'https']).default('http'),
  enable_compression: z.boolean().default(true),
  scrape_classic_histograms: z.boolean().default(false),
  keep_dropped_targets: z.unknown().optional(),
  static_configs: z.array(StaticConfig).default([]),
  file_sd_configs: z.array(FileSd).default([]),
  http_sd_configs: z.array(HttpSd).default([]),
  kubernetes_sd_configs: z.array(KubernetesSd).default([]),
  relabel_configs: z.array(RelabelConfig).default([]),
  metric_relabel_configs: z.array(RelabelConfig).default([]),
  ...httpAccessFields,
})

/** One entry of `scrape_configs`, defaults and globals filled in; times in milliseconds, sizes in bytes, limits of 0 are none. */
export type ScrapeJob = Omit<z.output<typeof Job>, keyof typeof limits> & {
  [K in keyof typeof limits]: z.output<(typeof limits)[K]>
} & {
  /** The file that it stands in. */
  document: string
}
export type ScrapeDocument = { jobs: ScrapeJob[]; notes: string[]; problems: string[] }

/** Sections of a prometheus.yml about other things than scraping. */
const otherSections: readonly string[] = [
  'rule_files',
  'alerting',
  'remote_write',
  'remote_read',
  'storage',
  'tracing',
  'otlp',
  'runtime',
]

/** The scrape configurations of a prometheus.yml as it is. With problems it counts for nothing. */
export function parseScrapeDocument(file: string, text: string): ScrapeDocument {
  const refused = (problems: string[]): ScrapeDocument => ({ jobs: [], notes: [], problems })
  let content: unknown
  try {
    content = parseYaml(text, { maxAliasCount: 100, merge: true, logLevel: 'error' })
  } catch (error) {
    return refused([`this is not YAML: ${messageOf(error).split('\n')[0]}`])
  }
  const root = z.record(z.string(), z.unknown()).safeParse(content ?? {})
  if (!root.success) return refused(['this is no configuration: a mapping is expected'])
  const { global = {}, scrape_configs = [], ...rest } = root.data
  const notes = Object.keys(rest)
    .filter((name) => otherSections.includes(name))
    .map((name) => `${name} is not used here`)
  const problems = Object.keys(rest)
    .filter((name) => !otherSections.includes(name))
    .map((name) => `${name} is not supported`)
  const defaults = Global.safeParse(global ?? {})
  if (!defaults.success) problems.push(...problemsOf('global', defaults.error))
  const written = z
    .array(z.unknown())
    .max(1_000)
    .safeParse(scrape_configs ?? [])
  if (!written.success) return refused([...problems, 'scrape_configs is no list of at most 1000 jobs'])
  const jobs: ScrapeJob[] = []
  for (const [at, one] of written.data.entries()) {
    const where = `scrape_configs[${at}]${nameOf(one)}`
    const job = Job.safeParse(one)
    if (!job.success) problems.push(...problemsOf(where, job.error))
    else if (defaults.success) jobs.push({ ...filled(job.data, defaults.data), document: file })
  }
  for (const job of jobs) problems.push(...contradictions(job))
  const names = jobs.map((job) => job.job_name)
  for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at)))
    problems.push(`the job_name ${JSON.stringify(name)} is given twice`)
  return problems.length > 0
    ? { jobs: [], notes, problems: problems.slice(0, 20) }
    : { jobs, notes, problems }
}

const defaultProtocols: ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText0.0.4',
]

function filled(job: z.output<typeof Job>, global: z.output<typeof Global>): Omit<ScrapeJob, 'document'> {
  const scrape_interval = job.scrape_interval ?? global.scrape_interval ?? 60_000
  const timeout = global.scrape_timeout ?? 10_000
  const of = <K extends keyof typeof limits>(name: K): z.output<(typeof limits)[K]> | undefined =>
    (job[name] ?? global[name]) as z.output<(typeof limits)[K]> | undefined
  return {
    ...job,
    scrape_interval,
    scrape_timeout: job.scrape_timeout ?? Math.min(timeout, scrape_interval),
    sample_limit: of('sample_limit') ?? 0,
    target_limit: of('target_limit') ?? 0,
    label_limit: of('label_limit') ?? 0,
    label_name_length_limit: of('label_name_length_limit') ?? 0,
    label_value_length_limit: of('label_value_length_limit') ?? 0,
    body_size_limit: of('body_size_limit') ?? 0,
    scrape_protocols: of('scrape_protocols') ?? defaultProtocols,
  }
}

function contradictions(job: ScrapeJob): string[] {
  const where = `job ${JSON.stringify(job.job_name)}: `
  const found: string[] = []
  if (job.scrape_timeout > job.scrape_interval)
    found.push(`${where}scrape_timeout is longer than scrape_interval`)
  const accesses: HttpAccess[] = [job, ...job.http_sd_configs, ...job.kubernetes_sd_configs]
  for (const access of accesses) {
    const problem = accessProblem(access)
    if (problem) found.push(where + problem)
  }
  return found
}

function nameOf(job: unknown): string {
  const name = z.object({ job_name: z.string() }).safeParse(job)
  return name.success ? ` (${JSON.stringify(name.data.job_name)})` : ''
}

/** One line each, with the field's name. */
function problemsOf(where: string, error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const path = [where, ...issue.path.map(String)].join('.')
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${path}.${key} is not supported`)
    return [`${path} ${issue.message.replace(/^Invalid input: /, '')}`]
  })
}

/** Prometheus' sizes: KB and KiB are both 1024 bytes. */
function bytesOf(text: string): number {
  const [, amount = '0', , unit = ''] = /^(\d+(\.\d+)?)([KMGTPE]?)/.exec(text) ?? []
  return Math.floor(Number(amount) * 1_024 ** ['', 'K', 'M', 'G', 'T', 'P', 'E'].indexOf(unit))
}
