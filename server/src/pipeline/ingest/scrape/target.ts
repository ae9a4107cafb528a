import { durationMs } from '@aiops/contract/model/time'
import { type ScrapeScope, scopeKey } from '../exposition/header.ts'
import { type LabelMap, relabeler } from './relabel.ts'
import type { ScrapeJob } from './scrape-document.ts'

/** What a discovery found: targets with their own labels, and labels of all of them. */
export type TargetGroup = {
  targets: readonly Readonly<Record<string, string>>[]
  labels: Readonly<Record<string, string>>
}

export type Target = {
  key: string
  job: ScrapeJob
  tenant: string
  url: string
  /** Before relabelling, and after it without those that begin with two underscores. */
  discovered: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  scope: ScrapeScope
  intervalMs: number
  timeoutMs: number
}
export type FoundTargets = { targets: Target[]; dropped: number; problems: string[] }

/** Targets of a job as Prometheus makes them: labels joined, relabelled, the address completed, repeats left out. */
export function targetsOf(
  job: ScrapeJob,
  groups: readonly TargetGroup[],
  defaultTenant: string,
): FoundTargets {
  const relabel = relabeler(job.relabel_configs)
  const targets = new Map<string, Target>()
  const problems = new Set<string>()
  let dropped = 0
  for (const group of groups)
    for (const own of group.targets) {
      const discovered = discoveredLabels(job, { ...group.labels, ...own })
      const labels: LabelMap = new Map(discovered)
      if (!relabel(labels)) {
        dropped += 1
        continue
      }
      const made = targetOf(job, discovered, labels, defaultTenant)
      if (typeof made === 'string') problems.add(made)
      else targets.set(made.key, made)
    }
  if (job.target_limit > 0 && targets.size > job.target_limit) {
    problems.add(`target_limit: ${targets.size} targets are more than ${job.target_limit}; none is scraped`)
    targets.clear()
  }
  return { targets: [...targets.values()], dropped, problems: [...problems].slice(0, 10) }
}

function discoveredLabels(job: ScrapeJob, own: Readonly<Record<string, string>>): LabelMap {
  const labels: LabelMap = new Map(Object.entries(own).filter(([, value]) => value !== ''))
  const preset: [string, string][] = [
    ['job', job.job_name],
    ['__scrape_interval__', durationText(job.scrape_interval)],
    ['__scrape_timeout__', durationText(job.scrape_timeout)],
    ['__metrics_path__', job.metrics_path],
    ['__scheme__', job.scheme],
  ]
  for (const [name, value] of preset) if (!labels.has(name) && value !== '') labels.set(name, value)
  for (const [name, [first]] of Object.entries(job.params))
    if (first !== undefined && first !== '') labels.set(`__param_${name}`, first)
  return labels
}

/** A sentence for what cannot be scraped. */
function targetOf(job: ScrapeJob, discovered: LabelMap, labels: LabelMap, tenant: string): Target | string {
  const address = labels.get('__address__') ?? ''
  const scheme = labels.get('__scheme__') ?? ''
  if (address === '') return 'a target has no __address__'
  if (address.includes('/')) return `${JSON.stringify(address.slice(0, 100))} is no host with port`
  if (scheme !== 'http' && scheme !== 'https')
    return `__scheme__ is ${JSON.stringify(scheme)}, not http or https`
  const full = withPort(address, scheme)
  const url = urlOf(job, labels, scheme, full)
  if (!url) return `${JSON.stringify(full.slice(0, 100))} is no host with port`
  const intervalMs = durationMs(labels.get('__scrape_interval__') ?? '')
  const timeoutMs = durationMs(labels.get('__scrape_timeout__') ?? '')
  if (!(intervalMs > 0 && timeoutMs > 0 && intervalMs <= 24 * 86_400_000))
    return '__scrape_interval__ or __scrape_timeout__ is no duration'
  if (timeoutMs > intervalMs) return `the target ${full} has a longer timeout than interval`
  if (!labels.has('instance')) labels.set('instance', full)
  const shown = Object.fromEntries([...labels].filter(([name]) => !name.startsWith('__')).sort(byName))
  const tooLong = limitProblem(job, shown)
  if (tooLong) return `the target ${full}: ${tooLong}`
  const scope: ScrapeScope = {
    labels: shown,
    honor_labels: job.honor_labels,
    honor_timestamps: job.honor_timestamps,
    track_timestamps_staleness: job.track_timestamps_staleness,
    classic_histograms: job.scrape_classic_histograms,
    relabel: job.metric_relabel_configs,
    sample_limit: job.sample_limit,
    label_limit: job.label_limit,
    label_name_length_limit: job.label_name_length_limit,
    label_value_length_limit: job.label_value_length_limit,
  }
  const owner = labels.get('__tenant__') ?? job.tenant ?? tenant
  return {
    key: `${scopeKey(job.job_name, url, scope)}/${owner}/${intervalMs}/${timeoutMs}`,
    job,
    tenant: owner,
    url,
    discovered: Object.fromEntries([...discovered].sort(byName)),
    labels: shown,
    scope,
    intervalMs,
    timeoutMs,
  }
}

/** The address with the scheme's port where it names none; an IPv6 address stands in brackets. */
function withPort(address: string, scheme: 'http' | 'https'): string {
  if (/^(\[[^\]]*\]|[^:]*):\d*$/.test(address)) return address
  return `${address}:${scheme === 'http' ? 80 : 443}`
}

function urlOf(job: ScrapeJob, labels: LabelMap, scheme: string, address: string): string | undefined {
  const url = URL.parse(`${scheme}://${address}`)
  if (url?.username !== '' || url.pathname !== '/' || url.search !== '') return undefined
  url.pathname = labels.get('__metrics_path__') ?? ''
  const params = new Map(Object.entries(job.params).map(([name, values]) => [name, [...values]]))
  for (const [label, value] of labels)
    if (label.startsWith('__param_'))
      params.set(label.slice(8), [value, ...(params.get(label.slice(8)) ?? []).slice(1)])
  const search = new URLSearchParams()
  for (const [name, values] of [...params].sort(byName))
    for (const value of values) search.append(name, value)
  url.search = search.toString()
  return url.href
}

function limitProblem(job: ScrapeJob, labels: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(labels)
  if (job.label_limit > 0 && names.length > job.label_limit) return 'more labels than label_limit'
  const over = (text: string, limit: number): boolean => limit > 0 && Buffer.byteLength(text) > limit
  if (names.some((name) => over(name, job.label_name_length_limit)))
    return 'a label name is longer than label_name_length_limit'
  if (Object.values(labels).some((value) => over(value, job.label_value_length_limit)))
    return 'a label value is longer than label_value_length_limit'
  return undefined
}

/** As Prometheus writes durations. */
function durationText(ms: number): string {
  const units: [string, number][] = [
    ['y', 31_536_000_000],
    ['w', 604_800_000],
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ]
  let rest = ms
  let text = ''
  for (const [unit, length] of units) {
    // Years and weeks only where nothing is left over: 8d is not 1w1d.
    if ((unit === 'y' || unit === 'w') && rest % length !== 0) continue
    const count = Math.floor(rest / length)
    if (count > 0) text += `${count}${unit}`
    rest -= count * length
  }
  return text === '' ? '0s' : text
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0
